"""Who wants to hear from somebody: captured, followed up, exported. Called by chat and by the widget over HTTP."""
