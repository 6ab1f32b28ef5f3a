"""What the widget is told: the launcher’s settings with the entry, all others when it is opened. Nothing is secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from trulybot.preferences.models import Preferences
from trulybot.preferences.widget import AUTO, Widget
from trulybot.widget.appearance import palette
from trulybot.widget.files import Files, Sent, sent
from trulybot.widget.languages import Languages, direction

# Those of the teaser and of privacy too: a page may bring its own.
LAUNCHER_TEXTS = ("open", "close", "failed", "retry", "consent", "privacy")


@dataclass
class Configuration:
    """`workspace` is the public id."""

    workspace: str
    files: Files
    languages: Languages

    def entry(self, chosen: Preferences, locale: str, accepted: Iterable[str]) -> Sent:
        """`locale` is what the page asks for, or empty; it counts more than what the owner chose."""
        settings = self._launcher(chosen, self._language(chosen.widget, locale, accepted))
        return self.files.entry(msgspec.json.encode(settings).decode())

    def panel(self, chosen: Preferences, locale: str, accepted: Iterable[str], accent: str) -> Sent:
        """`accent` is the page’s own, or empty."""
        language = self._language(chosen.widget, locale, accepted)
        return sent(msgspec.json.encode(self._told(chosen, language, accent or chosen.widget.accent)))

    def _language(self, chosen: Widget, locale: str, accepted: Iterable[str]) -> str:
        return self.languages.best([locale, *(accepted if chosen.locale == AUTO else [chosen.locale])])

    def _launcher(self, chosen: Preferences, language: str) -> dict[str, Any]:
        """Named as in the `data-` attributes of a page, which take their place; what says nothing is left out."""
        widget = chosen.widget
        teaser = {"teaser": widget.teaser, "teaserSeconds": widget.teaser_seconds} if widget.teaser else {}
        privacy = {"privacyUrl": widget.privacy_url} if widget.privacy_url else {}
        texts = self._texts(widget, language)
        return {
            "version": self.files.version,
            "bot": chosen.bot_name,
            "locale": language,
            "accent": widget.accent,
            "mode": widget.mode,
            "position": widget.position,
            "offset": widget.offset,
            "storage": widget.storage,
            "localDays": widget.local_days,
            **teaser,
            **privacy,
            **({"consent": "required"} if widget.consent else {}),
            **({"hideLauncher": ""} if widget.hide_launcher else {}),
            "texts": {key: texts[key] for key in LAUNCHER_TEXTS},
        }

    def _told(self, chosen: Preferences, language: str, accent: str) -> dict[str, Any]:
        widget = chosen.widget
        return {
            "workspace": self.workspace,
            "version": self.files.version,
            "locale": language,
            "dir": direction(language),
            "bot": {"name": chosen.bot_name, "welcome": chosen.welcome, "suggestions": chosen.suggestions},
            "widget": {
                "colours": palette(accent)._asdict(),
                "mode": widget.mode,
                "position": widget.position,
                "offset": widget.offset,
                "radius": widget.radius,
                "links": widget.links,
                "storage": widget.storage,
                "local_days": widget.local_days,
                "privacy_url": widget.privacy_url,
            },
            "lead_form": _public(chosen),
            "texts": self._texts(widget, language),
        }

    def _texts(self, widget: Widget, language: str) -> dict[str, str]:
        return self.languages.texts[language] | widget.texts


def _public(chosen: Preferences) -> dict[str, Any] | None:
    form = chosen.lead_form
    if not form.is_used:
        return None
    told: dict[str, Any] = msgspec.to_builtins(form)
    return {name: value for name, value in told.items() if name != "country"}
