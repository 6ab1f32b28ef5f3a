"""How a language model may be told to sound, by name. The owner's own instructions come behind it."""

from typing import Literal

Tone = Literal["plain", "friendly", "formal", "brief"]

_SAID: dict[Tone, str] = {
    "plain": "",
    "friendly": "Be warm and personal, as a helpful colleague would be, without exaggeration.",
    "formal": "Be polite and formal. Use full sentences, and no contractions.",
    "brief": "Be as brief as you can: one or two sentences, or a short list.",
}


def manner(tone: Tone, instructions: str) -> str:
    return "\n".join(part for part in (_SAID[tone], instructions) if part)
