"""How often the page's queue looks whether there is anything to do."""

import gradio as gr

LOOKS_EVERY_S = 0.005  # for a question that waits
PROGRESS_EVERY_S = 0.05


def look_less_often(blocks: gr.Blocks) -> None:
    """Let Gradio look a few times less often, also while nobody asks; to be called once the blocks have their queue.

    Its own way is a thousand times a second for questions, and a hundred times for progress.
    """
    blocks._queue.sleep_when_free = LOOKS_EVERY_S
    blocks._queue.progress_update_sleep_when_free = PROGRESS_EVERY_S
