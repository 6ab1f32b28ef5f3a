"""Two passages as search finds them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    title: str
    text: str
    heading: str = ""
    score: float = 1.0


PASSAGES = [
    Passage(
        "Returns",
        "You can return unused goods within 30 days. Write to help@acorn.example or see https://acorn.example/r first.",
    ),
    Passage("Delivery", "Delivery to Belgium takes two days. A parcel of 1,000 grams costs 4.95 euros."),
]
