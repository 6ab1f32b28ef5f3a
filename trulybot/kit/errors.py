"""Everything that can be refused, as one tree.

    Refusal
      Invalid         400  the request cannot be understood
      Unauthenticated 401  sign in first
      Forbidden       403  signed in, but not allowed
      NotFound        404
      TooSlow         408  the request never came to its end
      Conflict        409  true a moment ago, not now
      Gone            410
      TooLarge        413
      Unsupported     415
      WrongHost       421
      Unprocessable   422  understood, but it makes no sense
      TooMany         429  with `retry_after` seconds
      HeadTooLarge    431
      Unavailable     503  with `retry_after` seconds

A refusal's sentence is for the person and says what to do next; causes belong in the log. It is raised in English, with
its values beside it where it has any (`with_values`), and told in the language of whoever reads it. The catalogue
gathers it by the class that is raised.
"""

from collections.abc import Mapping
from typing import Any

from trulybot.kit.texts import N_, _, told


class Refusal(Exception):
    status = 400
    title = N_("Bad request")

    def __init__(self, sentence: str, *, errors: Mapping[str, str] | None = None, **data: Any) -> None:
        """`errors` has a sentence for each field that is wrong, by its name."""
        super().__init__(sentence)
        self._errors = errors or {}
        self.data = data

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        return told(self.args[0])

    @property
    def errors(self) -> dict[str, str]:
        return {name: told(sentence) for name, sentence in self._errors.items()}

    def as_problem(self) -> dict[str, Any]:
        """RFC 9457's members, and the refusal's own."""
        known = {"type": "about:blank", "title": _(self.title), "status": self.status, "detail": self.sentence}
        return {**known, **({"errors": self.errors} if self._errors else {}), **self.data}


class Invalid(Refusal):
    pass


class Unauthenticated(Refusal):
    status = 401
    title = N_("Not signed in")


class Forbidden(Refusal):
    status = 403
    title = N_("Not allowed")


class NotFound(Refusal):
    status = 404
    title = N_("Not found")


class TooSlow(Refusal):
    status = 408
    title = N_("Too slow")


class Conflict(Refusal):
    status = 409
    title = N_("Conflict")


class Gone(Refusal):
    status = 410
    title = N_("Gone")


class TooLarge(Refusal):
    status = 413
    title = N_("Too large")


class Unsupported(Refusal):
    status = 415
    title = N_("Unsupported")


class WrongHost(Refusal):
    status = 421
    title = N_("Wrong host")


class Unprocessable(Refusal):
    status = 422
    title = N_("Not possible")


class TooMany(Refusal):
    status = 429
    title = N_("Too many requests")

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class HeadTooLarge(Refusal):
    status = 431
    title = N_("Headers too large")


class Unavailable(Refusal):
    status = 503
    title = N_("Unavailable")

    def __init__(self, sentence: str, retry_after: int = 5) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class CannotStart(Exception):
    """This process must not run as things are; the sentence tells the operator what to change."""
