"""What a message is, when it is not a question about the documents: a greeting, thanks, or a wish for a person."""

import re
import unicodedata
from typing import Literal

Intent = Literal["greeting", "thanks", "person", "question"]

LONGEST_SMALL_TALK = 5  # words; anything longer has something to ask

# At least one of the first, and else only words of the second: "good evening everyone".
_GREETINGS = frozenset(
    ["hi", "hello", "hey", "hiya", "greetings", "howdy", "yo", "morning", "afternoon", "evening"]
    + ["hola", "buenas", "buenos", "namaste", "namaskar", "नमस्ते", "नमस्कार", "हेलो", "हाय"]
)
_AROUND_GREETINGS = frozenset(["good", "day", "there", "everyone", "team", "again", "dias", "tardes", "noches", "जी"])
_THANKS = re.compile(
    r"^(ok(ay)?|great|perfect|super|cool|muchas|mil|many|much)?\s*"
    r"(thanks?|thank you|thank u|thx|ty|cheers|gracias|dhanyav?ad|shukriya|धन्यवाद|शुक्रिया)\b"
)
_PERSON = re.compile(
    r"\b(speak|talk|chat|connect|transfer|put me through|get me|want|need|let me|can i|may i|could i|reach|call)\b"
    r".{0,40}\b(human|person|someone|somebody|agent|representative|rep|operator|advisor|support team|real people)\b"
    r"|^(a )?(human|real person|live agent|agent|representative|operator)( please)?$"
    r"|\b(hablar|comunicar(me)?|contactar)\b.{0,30}\b(persona|humano|agente|asesor|alguien)\b"
    r"|(किसी )?(इंसान|व्यक्ति|आदमी|एजेंट)\s?(से|को)\s?(बात|संपर्क)"
    r"|\b(insaan|vyakti|agent|kisi) se baat\b"
)


def intent_of(message: str) -> Intent:
    plain = _plain(message)
    words = plain.split()
    if _PERSON.search(plain):
        return "person"
    if len(words) <= LONGEST_SMALL_TALK:
        if _THANKS.match(plain):
            return "thanks"
        if _GREETINGS & set(words) and set(words) <= _GREETINGS | _AROUND_GREETINGS:
            return "greeting"
    return "question"


def _plain(message: str) -> str:
    """Lower case, Latin accents and punctuation gone; marks of other scripts carry meaning and stay."""
    kept = []
    for character in unicodedata.normalize("NFKD", message.casefold()):
        if unicodedata.combining(character) and ord(character) < 0x0370:
            continue
        kept.append(character if character.isalnum() or unicodedata.category(character).startswith("M") else " ")
    return " ".join("".join(kept).split())
