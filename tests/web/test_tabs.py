"""What the server keeps of a tab: its conversation, not the page besides."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_tab_keeps_its_conversation_and_not_what_it_shows() -> None:
    subprocess.run([sys.executable, "-c", TAB], cwd=ROOT, check=True, timeout=100)


# In a process of its own, as Gradio leaves event loops open.
TAB = """
import asyncio
import gradio as gr
from gradio.state_holder import StateHolder
from qa.web.tabs import TABS_REMEMBERED, keep_conversations_only

shown = "Ministers met in Brussels."
with gr.Blocks(analytics_enabled=False) as blocks:
    keep_conversations_only(blocks)
    turns, log = gr.State(()), gr.HTML()
    gr.Button().click(lambda held: ((*held, len(held)), shown), turns, [turns, log])
holder = StateHolder()
holder.set_blocks(blocks)
assert holder.capacity == TABS_REMEMBERED
tab = holder["tab"]
for _ in range(2):
    given = asyncio.run(blocks.process_api(blocks.fns[0], [None], state=tab))
    assert given["data"][1] == shown
assert tab[turns._id] == (0, 1)
assert shown not in str(tab.config_values)
"""


def test_the_queue_looks_for_questions_less_often_than_gradio_would() -> None:
    subprocess.run([sys.executable, "-c", QUEUE], cwd=ROOT, check=True, timeout=100)


QUEUE = """
import gradio as gr
from qa.web.queueing import look_less_often

with gr.Blocks(analytics_enabled=False) as blocks:
    gr.Textbox()
blocks.queue()
before = blocks._queue.sleep_when_free, blocks._queue.progress_update_sleep_when_free
look_less_often(blocks)
after = blocks._queue.sleep_when_free, blocks._queue.progress_update_sleep_when_free
assert all(0 < was < now <= 0.05 for was, now in zip(before, after, strict=True))
"""


def test_an_answer_that_is_cancelled_as_it_ends_is_dropped_once() -> None:
    subprocess.run([sys.executable, "-c", CANCELLED], cwd=ROOT, check=True, timeout=100)


CANCELLED = """
import asyncio
import gradio as gr
from gradio.routes import App
from qa.web.queueing import cancel_calmly

class Stream:
    async def aclose(self):
        await asyncio.sleep(0.1)

async def end_twice():
    app.iterators["asked"] = Stream()
    await asyncio.gather(*[blocks._queue.reset_iterators("asked") for _ in range(2)])

with gr.Blocks(analytics_enabled=False) as blocks:
    gr.Textbox()
blocks.queue()
cancel_calmly(blocks)
app = App.create_app(blocks)
blocks._queue.set_server_app(app)
asyncio.run(end_twice())
assert not app.iterators
"""
