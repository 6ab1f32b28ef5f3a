"""Which language a question is in, as far as its script and its small words tell. Pure."""

import unicodedata
from collections import Counter

from trulybot.knowledge.terms import words_of

_SMALL_WORDS = {
    "de": "der die das und ist ich nicht wie was wo wann kann ein eine für mit",
    "en": "the is are how what when where who why can do does i you my your a an of to in",
    "es": "el los las es son como que cuando donde quien puedo mi su un una de del por para en hay",
    "fr": "le les est sont comment quand puis je vous mon ma un une des du pour avez",
    "hi": "hai hain kya kaise kab kahan mera meri aap main ka ki ke ko se mein",
    "it": "il gli e sono come che quando dove posso mio mia un una di del per",
    "pt": "o os as e sao como que quando onde posso meu minha um uma de do da por para em",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def language_of(text: str) -> str:
    """A language's tag where small words tell it, else the name of the script, else nothing."""
    scripts = Counter(unicodedata.name(letter, " ").split(" ")[0].lower() for letter in text if letter.isalpha())
    if not scripts:
        return ""
    script = scripts.most_common(1)[0][0]
    if script != "latin":
        return script
    words = words_of(text)
    known = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    best = max(known, key=lambda language: known[language])
    return best if known[best] else script
