"""The words a workspace shares with the control plane: environment names and header names. Imports nothing of ours."""

from typing import Final

PREFIX: Final = "TRULYBOT_"

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
LAST_EVENT_ID: Final = "Last-Event-ID"
CSRF_HEADER: Final = "X-CSRF-Token"

SESSION_COOKIE: Final = "__Host-session"
CONVERSATION_COOKIE: Final = "__Host-conversation"
SETTLED_COOKIE: Final = "__Host-lead"
