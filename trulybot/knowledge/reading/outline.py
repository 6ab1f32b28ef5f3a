"""The headings above the text that is being read."""


class Outline:
    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []

    def enter(self, level: int, heading: str) -> None:
        """A heading ends all of its own level and below."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if heading := " ".join(heading.split()):
            self._headings.append((level, heading))

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(heading for _, heading in self._headings)
