"""`Asker`: who asks, through which door, in which request."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

STATE = "asker"  # where the gate leaves it: `request.state.asker`


class Door(StrEnum):
    """The ways by which a question comes in."""

    PAGE = "page"
    API = "api"
    MCP = "mcp"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Asker:
    """One person or program in one request; `name` is the login, else the client's address."""

    name: str
    request_id: str
    is_limited: bool


NOBODY = Asker("unknown", "-", is_limited=True)


def remember(scope: MutableMapping[str, Any], asker: Asker) -> None:
    """Leave the asker with an ASGI request."""
    scope.setdefault("state", {})[STATE] = asker


def asker_of(request: object) -> Asker:
    """Return who asks; `request` is Starlette's or Gradio's, or None where there is none."""
    found = getattr(getattr(request, "state", None), STATE, None)
    return found if isinstance(found, Asker) else NOBODY
