"""`python -m tests.web.slow_page DIR`: the page, but its answers grow as slowly as if an LLM wrote them.

While there is `DIR/hold`, no answer gets further; a stream that is closed early adds a line to `DIR/closed`.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.filters import Filters
from qa.answer import Answer, Mode
from qa.assistant import Assistant

SENTENCE_S = 2.0

_stream = Assistant.stream


def _stream_slowly(
    self: Assistant, question: str, *, turns: Sequence[str] = (), filters: Filters = Filters()
) -> Iterator[Answer]:
    folder = Path(sys.argv[1])
    try:
        for answer in _stream(self, question, turns=turns, filters=filters):
            yield replace(answer, mode=Mode.LLM)
            while (folder / "hold").exists():
                time.sleep(0.05)
            time.sleep(SENTENCE_S)
    except GeneratorExit:
        with (folder / "closed").open("a", encoding="utf-8") as closed:
            closed.write("closed\n")
        raise


if __name__ == "__main__":
    import ui

    Assistant.stream = _stream_slowly  # type: ignore[method-assign]
    raise SystemExit(ui.main([]))
