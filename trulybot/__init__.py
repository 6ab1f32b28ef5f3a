"""TrulyBot: one workspace that answers a website's visitors from its owner's documents."""

__version__ = "0.1.0"
