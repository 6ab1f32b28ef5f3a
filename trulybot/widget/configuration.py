"""What the widget is told: the launcher’s settings with the entry, all others when it is opened. Nothing is secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from trulybot.kit.languages import Languages, direction
from trulybot.preferences.models import LeadField, LeadForm, Preferences
from trulybot.preferences.widget import AUTO, Widget
from trulybot.widget.appearance import palette
from trulybot.widget.files import Files, Sent, sent

TEXTS = Path(__file__).parent / "texts"

# Those of the teaser and of privacy too: a page may bring its own.
LAUNCHER_TEXTS = ("open", "close", "failed", "retry", "consent", "privacy")
BEFORE_THE_PANEL = ("failed", "consent")  # what the launcher alone says


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
            "locale": language,
            "dir": direction(language),
            "bot": _said({"name": chosen.bot_name, "welcome": chosen.welcome, "suggestions": chosen.suggestions}),
            "widget": {
                "style": f"{palette(accent).css}--radius:{widget.radius}px",
                "links": widget.links,
                **_said({"privacy_url": widget.privacy_url}),
            },
            "lead_form": _public(chosen.lead_form),
            "texts": {key: text for key, text in self._texts(widget, language).items() if key not in BEFORE_THE_PANEL},
        }

    def _texts(self, widget: Widget, language: str) -> dict[str, str]:
        return self.languages.texts[language] | widget.texts


def _public(form: LeadForm) -> dict[str, Any] | None:
    if not form.is_used:
        return None
    told = msgspec.to_builtins(form) | {"country": "", "fields": [_field(field, form) for field in form.fields]}
    return _said(told)


def _field(field: LeadField, form: LeadForm) -> dict[str, Any]:
    return _said(msgspec.to_builtins(field) | {"optional": form.is_optional(field)})


def _said(told: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing, since every byte is paid for by a visitor."""
    return {name: value for name, value in told.items() if value}
