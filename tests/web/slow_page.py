"""`python -m tests.web.slow_page FILE`: the page, but slow; a stream closed early adds a line to FILE."""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.filters import Filters
from qa.answer import Answer
from qa.assistant import Assistant

SENTENCE_S = 2.0

_stream = Assistant.stream


def _stream_slowly(
    self: Assistant, question: str, *, turns: Sequence[str] = (), filters: Filters = Filters()
) -> Iterator[Answer]:
    try:
        for answer in _stream(self, question, turns=turns, filters=filters):
            yield answer
            time.sleep(SENTENCE_S)
    except GeneratorExit:
        with Path(sys.argv[1]).open("a", encoding="utf-8") as closed:
            closed.write("closed\n")
        raise


if __name__ == "__main__":
    import ui

    Assistant.stream = _stream_slowly  # type: ignore[method-assign]
    raise SystemExit(ui.main([]))
