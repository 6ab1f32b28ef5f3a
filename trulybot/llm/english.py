"""The little of English that quoting knows. In another language nothing breaks, it only judges less finely."""

import re
from functools import lru_cache
from unicodedata import normalize


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


FUNCTION_WORDS = _each(
    "a about an and are as at be been being by can could did do does for from had has have he her his how i if in into "
    "is it its may me might my no not of on or our shall she should than that the their then there these they this "
    "those to was we were what when where which who whom whose why will with would you your"
)
# A sentence that begins with one speaks of something named before it.
PRONOUNS = _each("he her his it its she such that their there these they this those")

# Before a full stop: words that do not end a sentence, and words that do if one of the starters follows.
NEVER_LAST = _each(
    "mr mrs ms mx dr prof st mt ft gen col lt sgt capt cmdr adm rep sen gov rev hon pres fr vs cf fig figs vol pp eq "
    "sec ch ed eds trans approx ca circa viz e.g i.e eg ie a.k.a feat dept univ jan feb mar apr jun jul aug sep sept "
    "oct nov dec nos nr"
)
SELDOM_LAST = _each("inc ltd co corp bros jr sr etc al u.s u.k u.n e.u d.c a.m p.m am pm b.c a.d ph.d b.c.e")
SENTENCE_STARTERS = _each(
    "the this that these those it its he she they we you i in on at as if by for from to when while after before since "
    "although because however but and or so a an there here his her their our your what who how why where according "
    "during both many some most all each no one another other then thus today"
)

_WORD = re.compile(r"\w{1,60}")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_SUFFIX = re.compile(
    r"(?:ations?|ingly|edly|ically|iness|ments?|ities|ings?|ies|ied|est|ed|es|s|ly|ers?|ions?|al|ity|y|e)$"
)


def words_of(text: str) -> list[str]:
    """In order, lower-case and without the diacritics of Latin letters, as search has them."""
    folded = text.lower()
    if not folded.isascii():
        folded = _MARKS.sub("", normalize("NFD", folded))
    return _WORD.findall(folded)


@lru_cache(maxsize=32_768)
def stem_of(word: str) -> str:
    """Cuts one ending where at least three letters stay: enough to tell that two words are one."""
    ending = _SUFFIX.search(word, 3)
    return word[: ending.start()] if ending else word
