"""The mail that brings a visitor a person's answer, in the visitor's language, which staff's pages may not be in."""

from typing import Literal

import msgspec

Language = Literal["en", "es", "devanagari"]
LANGUAGES: tuple[Language, ...] = ("en", "es", "devanagari")

_SUBJECT: dict[Language, str] = {
    "en": "{bot}: an answer to your question",
    "es": "{bot}: una respuesta a su pregunta",
    "devanagari": "{bot}: आपके सवाल का जवाब",
}
_BODY: dict[Language, str] = {
    "en": "You asked: “{question}”\n\n{said}\n\nTo go on, come back to {page}\n",
    "es": "Usted preguntó: «{question}»\n\n{said}\n\nPara continuar, vuelva a {page}\n",
    "devanagari": "आपने पूछा था: “{question}”\n\n{said}\n\nआगे बात करने के लिए यहाँ लौटें: {page}\n",
}


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """`page` is where they asked, or another on which the bot is."""

    bot: str
    question: str
    said: str
    page: str


def subject_and_text(answered: Answered, language: Language) -> tuple[str, str]:
    given = msgspec.structs.asdict(answered)
    return _SUBJECT[language].format(**given), _BODY[language].format(**given)
