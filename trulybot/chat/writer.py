"""The language model that writes answers at this moment: the owner may choose another one, also in another process."""

from dataclasses import dataclass, field
from typing import NamedTuple

from trulybot.chat.call import Model
from trulybot.chat.spending import Spending
from trulybot.kit.database import Database
from trulybot.kit.gateway import Gateway
from trulybot.llm import door_model
from trulybot.llm.door_model import DoorModel
from trulybot.llm.hearing import Patience
from trulybot.llm.moderation import Moderator
from trulybot.llm.prices import Price, listed_price
from trulybot.llm.provider import OPENAI, Provider
from trulybot.llm.speech import Source
from trulybot.llm.steady import Steady
from trulybot.preferences import model_queries
from trulybot.preferences.model_choice import ModelChoice, in_force


class Writing(NamedTuple):
    """Moderation goes over the same connections as the model."""

    choice: ModelChoice
    provider: Source
    model: Model


@dataclass
class Writer:
    """`given` is the operator's model. Read with each use: a read costs well under 1 ms, and a change holds at once."""

    db: Database
    given: ModelChoice
    patience: Patience
    moderation_model: str
    gateway: Gateway | None = None
    _writing: Writing | None = None
    _past: list[Source] = field(default_factory=list)  # whose last answers may be under way

    def now(self) -> Writing | None:
        """None where answers are quoted."""
        choice = in_force(self.chosen, self.given)
        if self._writing and self._writing.choice != choice:
            self._past.append(self._writing.provider)
            self._writing = None
        if self._writing is None and choice.is_a_place:
            self._writing = self._begun(choice)
        return self._writing

    @property
    def is_the_platforms(self) -> bool:
        """The gateway is the only way out, and it leads to the platform's model alone."""
        return self.gateway is not None

    @property
    def chosen(self) -> ModelChoice | None:
        """The owner's; None where the operator's stands."""
        return self.db.glance(model_queries.chosen)

    @property
    def provider(self) -> Source | None:
        writing = self.now()
        return writing.provider if writing else None

    @property
    def model(self) -> Model | None:
        writing = self.now()
        return writing.model if writing else None

    @property
    def moderator(self) -> Moderator | None:
        model = self.model
        return model.moderator if model else None

    def provider_at(self, choice: ModelChoice) -> Source:
        """One that is not in use, to be tried and closed again."""
        if self.gateway and choice.url == door_model.ADDRESS:
            return DoorModel(self.gateway, choice.name, self.patience)
        return Provider(choice.url or OPENAI, choice.key, choice.name, self.patience)

    def moderator_beside(self, provider: Source) -> Moderator | None:
        """None where there is no key to ask one with."""
        return Moderator(provider.client, self.moderation_model) if isinstance(provider, Provider) else None

    async def close(self) -> None:
        for provider in (*self._past, *([self._writing.provider] if self._writing else [])):
            await provider.close()

    def _begun(self, choice: ModelChoice) -> Writing:
        provider = self.provider_at(choice)
        moderator = self.moderator_beside(provider)
        spending = Spending(self.db, _price(choice, self.given))
        return Writing(choice, provider, Model(Steady(provider), spending, moderator))


def _price(choice: ModelChoice, given: ModelChoice) -> Price | None:
    """The operator's has its list price already, where one holds."""
    if choice.price:
        return Price(*choice.price)
    return None if choice == given else listed_price(choice.name)
