"""The language model that the operator’s settings name."""

from trulybot.llm.door_model import ADDRESS
from trulybot.llm.hearing import Patience
from trulybot.llm.prices import listed_price
from trulybot.llm.provider import OPENAI, Provider
from trulybot.preferences.model_choice import ModelChoice
from trulybot.settings import Settings


def provider_of(settings: Settings) -> Provider:
    """The operator's model alone."""
    given = given_model(settings)
    return Provider(given.url or OPENAI, given.key, given.name, patience_of(settings))


def patience_of(settings: Settings) -> Patience:
    return Patience(
        first=settings.model_first_seconds,
        between=settings.model_pause_seconds,
        whole=settings.model_whole_seconds,
    )


def given_model(settings: Settings, platforms: str = "") -> ModelChoice:
    """The operator's, with its list price where one holds; or the `platforms` that hosts this workspace."""
    if platforms:
        return ModelChoice(url=ADDRESS, name=platforms)
    listed = listed_price(settings.model_name) if settings.model_is_listed else None
    price = settings.model_price or ((listed.prompt, listed.completion) if listed else None)
    return ModelChoice(url=settings.model_url, name=settings.model_name, key=settings.model_key, price=price)
