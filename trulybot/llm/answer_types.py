"""What kind of thing a question asks for, and whether a sentence has one of that kind to give."""

import re
from typing import Literal

AnswerType = Literal["date", "number", "person", "place", "reason"]

_NUMBER = re.compile(
    r"\bhow (?:many|much|few|old|tall|long|far|large|big|fast|high|deep|wide|often|heavy)\b"
    r"|\bwhat (?:\w+ ){0,4}(?:percent|percentage|number|amount|proportion|fraction|population|price|cost)\b"
)
_DATE = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|years|date|dates|century|decade|month|day|days|era|time|period)\b"
)
_PERSON = re.compile(r"\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|people|man|woman|king|queen|author)\b")
_PLACE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:\w+ )?"
    r"(?:country|countries|city|cities|state|region|place|location|river|continent|area|town)\b"
)
_REASON = re.compile(r"\bwhy\b|\bwhat (?:is the |was the )?(?:reason|cause|caused)\b")
_EXPLAIN = re.compile(r"\b(?:how|why|explain|describe)\b")

_CALENDAR = re.compile(
    r"\b(?:1\d{3}|20\d\d)s?\b|\bcentur|\b\d{1,4} (?:BCE?|AD|CE)\b|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|\b\d{1,2}:\d\d\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b"
    r"|\b\d{1,3} (?:working |business )?(?:hour|day|week|month|year)s?\b"
)
_RELATIVE = re.compile(r"\b(?:after|before|during|until|ago|annually|daily|today|once|as soon as)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_NUMERAL = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|hundreds?|thousands?|millions?|billions?|trillions?|half|third|quarter|dozen|single|double|twice|once|both|none"
    r"|several|free|unlimited)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[^\W\d_a-z][\w’'-]{1,40}")
_CAUSE = re.compile(
    r"\b(?:because|due to|since|so that|in order to|therefore|thus|reasons?|caus(?:e|es|ed|ing)|result(?:s|ed)?"
    r"|to (?:avoid|prevent|allow|protect|ensure))\b",
    re.IGNORECASE,
)


def expected_answer(question: str) -> AnswerType | None:
    """The first that its wording gives away; None when it may be anything."""
    asked = question.lower()
    patterns: tuple[tuple[re.Pattern[str], AnswerType], ...] = (
        (_NUMBER, "number"),
        (_DATE, "date"),
        (_PERSON, "person"),
        (_PLACE, "place"),
        (_REASON, "reason"),
    )
    return next((kind for pattern, kind in patterns if pattern.search(asked)), None)


def asks_to_explain(question: str) -> bool:
    """Whether one sentence alone would hardly do: how something is done, or why it is so."""
    return _EXPLAIN.search(question.lower()) is not None and expected_answer(question) in (None, "reason")


def fit(expected: AnswerType | None, sentence: str, known: frozenset[str]) -> float:
    """From 0 to 1: how surely the sentence has such a thing, other than the `known` (lower-case) words."""
    match expected:
        case "date":
            return max(_found(_CALENDAR, sentence), 0.6 * _found(_DIGIT, sentence), 0.25 * _found(_RELATIVE, sentence))
        case "number":
            return max(_found(_DIGIT, sentence), 0.8 * _found(_NUMERAL, sentence))
        case "person" | "place":
            names = {name for name in map(str.lower, _NAME.findall(sentence)) if name not in known}
            return min(len(names), 3) / 3
        case "reason":
            return _found(_CAUSE, sentence)
    return 0.0


def _found(pattern: re.Pattern[str], sentence: str) -> float:
    return 1.0 if pattern.search(sentence) else 0.0
