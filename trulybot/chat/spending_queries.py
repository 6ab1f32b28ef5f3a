"""All SQL about what the language model was used for."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from trulybot.llm.speech import Usage


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens, and micro-dollars where the price was known."""

    tokens: int
    cost: int


def spent_since(connection: Connection, day: int) -> Spent:
    row = connection.execute(
        text(
            "SELECT coalesce(sum(prompt_tokens + completion_tokens), 0), coalesce(sum(cost), 0) "
            "FROM model_use WHERE day >= :day"
        ),
        {"day": day},
    ).one()
    return Spent(*row)


def note_use(connection: Connection, day: int, model: str, usage: Usage, cost: int) -> None:
    connection.execute(
        text(
            """
            INSERT INTO model_use (day, model, calls, prompt_tokens, completion_tokens, cost)
            VALUES (:day, :model, 1, :prompt, :completion, :cost)
            ON CONFLICT (day, model) DO UPDATE SET calls = calls + 1, cost = cost + :cost,
                prompt_tokens = prompt_tokens + :prompt, completion_tokens = completion_tokens + :completion
            """
        ),
        {
            "day": day,
            "model": model,
            "prompt": usage.prompt_tokens,
            "completion": usage.completion_tokens,
            "cost": cost,
        },
    )
