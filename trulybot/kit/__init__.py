"""What any web application needs and no feature owns. Knows nothing of TrulyBot's features."""
