"""`Refusal`: what could not become an article, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, folder or record that was left out. `line` is 1-based, or the ordinal in a JSON list."""

    path: str  # POSIX, below the articles folder
    line: int | None
    reason: str


class NotAnArticleError(ValueError):
    """What was read cannot become an article; the message is the reason of a `Refusal`."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
