"""What the events of a page work with, and what a browser sends with them."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from qa.web.examples import Examples
from qa.web.reception import Reception
from qa.web.strings import Strings
from qa.web.updating import Updating

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the events of a page work with."""

    reception: Reception
    examples: Examples
    updating: Updating
    words: Strings


def sent(event: gr.EventData) -> dict[str, Any]:
    """Return what the browser sent with an event: anything may be in it."""
    return event._data if isinstance(event._data, dict) else {}


def sent_text(event: gr.EventData, name: str) -> str:
    """Return a text that the browser sent with an event; empty if there is none."""
    value = sent(event).get(name)
    return value if isinstance(value, str) else ""


def sent_number(event: gr.EventData, name: str) -> int:
    """Return a whole number that the browser sent with an event; 0 if there is none."""
    value = sent(event).get(name)
    return value if isinstance(value, int) and abs(value) < 10**9 else 0
