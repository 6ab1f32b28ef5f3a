"""What is said to who wants a person while nobody is there: when somebody is again. Pure."""

from datetime import datetime

from trulybot.chat.language import language_of
from trulybot.preferences.hours import Hours, is_open, opens_next

_BACK = {
    "en": "Nobody is here right now. Somebody is here again on {when} ({zone}).",
    "es": "Ahora no hay nadie. Volvemos el {when} ({zone}).",
    "devanagari": "अभी यहाँ कोई नहीं है। कोई फिर {when} को यहाँ होगा ({zone})।",
}
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "devanagari": ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"),
}


def said_of_hours(hours: Hours, at: datetime, question: str) -> str:
    """Empty while somebody is there, and where the owner keeps no hours."""
    if not hours.are_kept or is_open(hours, at) or (begins := opens_next(hours, at)) is None:
        return ""
    language = language_of(question)
    language = language if language in _BACK else "en"
    when = f"{_DAYS[language][begins.weekday()]}, {begins:%Y-%m-%d, %H:%M}"
    return _BACK[language].format(when=when, zone=hours.time_zone)
