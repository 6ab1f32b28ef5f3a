"""Who may talk to us: the websites whose pages may call. Called by chat, leads, the widget and app."""
