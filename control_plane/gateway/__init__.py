"""The workspaces' only way out, on a socket of its own: who is it, may it do that, how often, and what was done.

Nothing of the console is reachable here. Called by the platform, which serves it, and by whoever shows what it noted.
"""
