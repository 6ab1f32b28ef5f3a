"""Staff: how they arrive, sign in and out, and the keys their programs use. Called by app and the command line."""
