"""What the server keeps of each tab: its conversation, and not the page besides.

Gradio also keeps what every component last showed, for deep links to a page as it stands. This page has none: a link
holds the question, and the browser keeps the conversation.
"""

from typing import Any

import gradio as gr
from gradio import state_holder

TABS_REMEMBERED = 500  # open or closed, those last used; Gradio would keep 10,000


class Tab(state_holder.SessionState):
    """A tab's state without what it shows."""

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(blocks)
        self.config_values = {}

    def _update_value_in_config(self, key: int, value: Any) -> None:  # Any: as Gradio has it
        """Keep nothing."""


def keep_conversations_only(blocks: gr.Blocks) -> None:
    """Let Gradio keep tabs as `Tab`s, and no more than `TABS_REMEMBERED`; to be called before it is served."""
    state_holder.SessionState = Tab  # type: ignore[misc]
    blocks.state_session_capacity = TABS_REMEMBERED
