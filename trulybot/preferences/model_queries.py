"""The one row of the language model that the owner chose."""

from sqlalchemy import Connection, text

from trulybot.kit.clock import now
from trulybot.preferences.model_choice import ModelChoice


def chosen(connection: Connection) -> ModelChoice | None:
    row = connection.execute(
        text("SELECT url, name, key, prompt_price, completion_price FROM model_choice")
    ).one_or_none()
    if row is None:
        return None
    price = None if row.prompt_price is None else (row.prompt_price, row.completion_price)
    return ModelChoice(url=row.url, name=row.name, key=row.key, price=price)


def choose(connection: Connection, choice: ModelChoice) -> None:
    """One that chooses nothing gives the operator's back."""
    connection.execute(text("DELETE FROM model_choice"))
    if choice == ModelChoice():
        return
    prompt, completion = choice.price or (None, None)
    connection.execute(
        text(
            "INSERT INTO model_choice (id, url, name, key, prompt_price, completion_price, changed_at) "
            "VALUES (1, :url, :name, :key, :prompt, :completion, :now)"
        ),
        {
            "url": choice.url,
            "name": choice.name,
            "key": choice.key,
            "prompt": prompt,
            "completion": completion,
            "now": now(),
        },
    )
