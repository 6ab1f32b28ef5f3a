"""A platform to look at: two workspaces with documents of their own, and their mails on a page. Imported by `demo`."""
