"""What a message is: a question about the documents, or one of the few things that are answered without them."""

import unicodedata
from typing import Literal

from trulybot.chat import phrases

Intent = Literal["greeting", "thanks", "person", "contact", "abuse", "question"]

LATIN = 0x0370  # the first character of another script
NUKTA = "\u093c"  # a dot below, which many leave out


def intent_of(message: str) -> Intent:
    """Who says several things gets the one that needs an answer most: a person first, a greeting last."""
    plain = _plain(message)
    words = plain.split()
    if phrases.PERSON.search(plain):
        return "person"
    if phrases.CONTACT.search(plain) and not phrases.ABOUT_CONTACT.search(plain):
        return "contact"
    if len(words) <= phrases.LONGEST_ABUSE and (phrases.ABUSE.search(plain) or phrases.MILD_ABUSE.search(plain)):
        return "abuse"
    if phrases.THANKS.search(plain) and set(words) <= phrases.AROUND_THANKS:
        return "thanks"
    if phrases.GREETING.search(plain) and set(words) <= phrases.AROUND_GREETING:
        return "greeting"
    return "question"


def _plain(message: str) -> str:
    """Lower case, Latin accents and punctuation gone, a space at either end; marks of other scripts carry meaning."""
    kept = []
    for character in unicodedata.normalize("NFKD", message.casefold()):
        if character == NUKTA or (unicodedata.combining(character) and ord(character) < LATIN):
            continue
        kept.append(character if character.isalnum() or unicodedata.category(character).startswith("M") else " ")
    return f" {' '.join(''.join(kept).split())} "
