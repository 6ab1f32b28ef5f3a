"""What stands on strangers’ pages: the widget’s files, its configuration, and the owner’s page about it.

`static/` holds a product of its own: the entry, one classic script that every page loads, and the panel, one module
that is loaded when a visitor opens it.
"""
