"""What embeds: the service that the settings name, else MiniLM, here or at the other end of the gateway's door."""

from trulybot.llm.embedding import Embedder
from trulybot.llm.models import OpenAIEmbedder
from trulybot.settings import Settings


class Embedders:
    """`minilm` is where that model runs. `close` them at the end."""

    def __init__(self, settings: Settings, minilm: Embedder) -> None:
        self._settings = settings
        self._minilm = minilm
        self._services: dict[str, OpenAIEmbedder] = {}

    @property
    def for_passages(self) -> Embedder:
        """What embeds what is new."""
        return self._service(self._settings.embeddings_model) if self._settings.embeddings_url else self._minilm

    def for_index(self, model: str) -> Embedder | None:
        """What embeds a question for the index of `model`, which may have been made before the settings changed."""
        if model == self._minilm.model:
            return self._minilm
        return self._service(model) if self._settings.embeddings_url else None

    async def close(self) -> None:
        for service in self._services.values():
            await service.close()

    def _service(self, model: str) -> OpenAIEmbedder:
        if model not in self._services:
            self._services[model] = OpenAIEmbedder(self._settings.embeddings_url, self._settings.embeddings_key, model)
        return self._services[model]
