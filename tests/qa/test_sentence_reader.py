"""The reader, with weights drawn by chance: every sentence gets its own odds, however windows are batched."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from qa.reader import SENTENCE_TOKENS, WINDOW_TOKENS, Reader, Tokenizer, Window, load_reader

TINY = Path(__file__).parent / "tiny_reader"  # python -m training.tiny
QUESTION = "Who opened the ferry terminal?"
WINDOWS = [
    Window(
        "Port Amber", ("Mayor Lena Orwick opened the new ferry terminal on Monday.", "It cost 48 million.")
    ),
    Window("", ("Nobody was hurt.",)),
    Window(
        "The old mill", ("The old mill burned down in 1911.", "The council said so.", "It was by the river.")
    ),
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(TINY)


def test_each_sentence_has_odds(reader: Reader) -> None:
    odds = list(reader.read(QUESTION, WINDOWS))
    assert [len(row) for row in odds] == [2, 1, 3]
    assert np.isfinite([value for row in odds for value in row]).all()


def test_batching_changes_little(reader: Reader) -> None:
    together = reader.read(QUESTION, WINDOWS)
    alone = [next(reader.read(QUESTION, [window])) for window in WINDOWS]
    for row, other in zip(together, alone, strict=True):
        assert np.allclose(row, other, atol=0.05)  # activations are quantised by the batch


def test_left_before_the_end_no_further_window_is_begun(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Window] = []
    is_left = Event()

    def run(question: str, window: Window) -> tuple[float, ...]:
        begun.append(window)
        assert len(begun) == 1 or is_left.wait(10)
        return (0.0,)

    monkeypatch.setattr(reader, "_run", run)
    with ThreadPoolExecutor(1) as one_at_a_time:
        monkeypatch.setattr(reader, "_runs", one_at_a_time)
        rows = reader.read(QUESTION, WINDOWS)
        next(rows)
        del rows
        is_left.set()
    assert begun in (WINDOWS[:1], WINDOWS[:2])  # the second may be begun when the first is done


def test_nothing_to_read_has_no_odds(reader: Reader) -> None:
    assert list(reader.read(QUESTION, [])) == []


def test_what_does_not_fit_into_a_window_is_not_read(reader: Reader) -> None:
    long = Window(
        "Port Amber", ("the ferry terminal " * 200, *("It cost 48 million. " * 9 for _ in range(9)))
    )
    odds = next(reader.read(QUESTION, [long]))
    assert len(odds) == 10
    assert np.isfinite(odds[0])
    assert odds[-1] == -np.inf


def test_tokens_know_their_sentence_and_place() -> None:
    window = WINDOWS[0]
    encoded = Tokenizer(TINY / "tokenizer.json").encode(QUESTION, window)
    assert len(encoded.ids) == len(encoded.kinds) == len(encoded.sentence_of) == len(encoded.offsets)
    assert len(encoded.ids) <= WINDOW_TOKENS
    for number, sentence in enumerate(window.sentences):
        places = [o for o, of in zip(encoded.offsets, encoded.sentence_of, strict=True) if of == number]
        assert 0 < len(places) <= SENTENCE_TOKENS
        assert sentence[places[0][0] : places[-1][1]] == sentence
    assert encoded.kinds[0] == 0
    assert encoded.kinds[-1] == 1


def test_without_weights_there_is_no_reader(tmp_path: Path) -> None:
    assert load_reader(tmp_path) is None
