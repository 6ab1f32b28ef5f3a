"""The only way out of a workspace: who is it, may it, and how much. An app of its own on its own socket."""
