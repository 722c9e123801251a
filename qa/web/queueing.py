"""How often the page's queue looks whether there is anything to do, and what it takes calmly."""

from typing import Any

import gradio as gr

LOOKS_EVERY_S = 0.005  # for a question that waits
PROGRESS_EVERY_S = 0.05


def look_less_often(blocks: gr.Blocks) -> None:
    """Let Gradio look a few times less often, also while nobody asks; to be called once the blocks have their queue.

    Its own way is a thousand times a second for questions, and a hundred times for progress.
    """
    blocks._queue.sleep_when_free = LOOKS_EVERY_S
    blocks._queue.progress_update_sleep_when_free = PROGRESS_EVERY_S


def cancel_calmly(blocks: gr.Blocks) -> None:
    """Let an answer be cancelled as it ends; to be called once the blocks have their queue.

    Gradio drops a stream where it is cancelled and where it ends, and where both come at once it fails at the second.
    """
    set_server_app = blocks._queue.set_server_app

    def set_calm_app(app: Any) -> None:
        app.iterators = _Streams(app.iterators)
        set_server_app(app)

    blocks._queue.set_server_app = set_calm_app  # type: ignore[method-assign]


class _Streams(dict[str, Any]):
    """Gradio's streams by event; one that has gone may be dropped again."""

    def __delitem__(self, event: str) -> None:
        self.pop(event, None)
