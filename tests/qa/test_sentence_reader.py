"""The reader, with weights drawn by chance: every sentence gets its own odds, however windows are batched."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from threading import Event

import numpy as np
import pytest
from onnxruntime import RunOptions

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
    odds = reader.read(QUESTION, WINDOWS)
    assert [len(row) for row in odds] == [2, 1, 3]
    assert np.isfinite([value for row in odds for value in row]).all()


def test_batching_changes_little(reader: Reader) -> None:
    together = reader.read(QUESTION, WINDOWS)
    alone = [reader.read(QUESTION, [window])[0] for window in WINDOWS]
    for row, other in zip(together, alone, strict=True):
        assert np.allclose(row, other, atol=0.05)  # activations are quantised by the batch


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_where_some_windows_are_enough_no_more_are_read(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    whole = reader.read(QUESTION, 3 * WINDOWS)
    with ThreadPoolExecutor(cores) as runs:
        monkeypatch.setattr(reader, "_runs", runs)
        monkeypatch.setattr(reader, "_at_once", cores)
        assert reader.read(QUESTION, 3 * WINDOWS) == whole
        assert reader.read(QUESTION, 3 * WINDOWS, lambda odds: len(odds) >= 2) == whole[:2]
        assert reader.read(QUESTION, WINDOWS, lambda odds: len(odds) >= 3) == whole[:3]


def test_no_more_windows_are_read_at_once_than_there_are_cores_and_none_waits_for_a_longer_one(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Window] = []
    done: list[Window] = []
    at_once: list[int] = []
    is_third_done = Event()

    def run(question: str, window: Window, options: RunOptions) -> tuple[float, ...]:
        begun.append(window)
        at_once.append(len(begun) - len(done))
        if window is WINDOWS[0]:
            assert is_third_done.wait(10)
        if window is WINDOWS[2]:
            is_third_done.set()
        done.append(window)
        return (0.0,)

    with ThreadPoolExecutor(8) as runs:
        monkeypatch.setattr(reader, "_run", run)
        monkeypatch.setattr(reader, "_runs", runs)
        monkeypatch.setattr(reader, "_at_once", 2)
        assert len(reader.read(QUESTION, WINDOWS, lambda odds: len(odds) == 2)) == 2
    assert len(begun) == 3
    assert max(at_once) == 2


def test_what_comes_after_enough_is_not_begun(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Window] = []

    def run(question: str, window: Window, options: RunOptions) -> tuple[float, ...]:
        begun.append(window)
        return (0.0,)

    monkeypatch.setattr(reader, "_run", run)
    monkeypatch.setattr(reader, "_at_once", 1)
    assert len(reader.read(QUESTION, WINDOWS, lambda odds: True)) == 1
    assert begun == WINDOWS[:1]


def test_what_was_begun_behind_enough_is_broken_off(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run, ended = reader._run, Queue[Exception]()
    is_second_there = Event()

    def slowly(question: str, window: Window, options: RunOptions) -> tuple[float, ...]:
        if window is WINDOWS[0]:
            assert is_second_there.wait(10)
            return run(question, window, options)
        is_second_there.set()
        while True:  # as a window of many words
            try:
                run(question, window, options)
            except Exception as error:
                ended.put(error)
                raise

    with ThreadPoolExecutor(2) as runs:
        monkeypatch.setattr(reader, "_run", slowly)
        monkeypatch.setattr(reader, "_runs", runs)
        monkeypatch.setattr(reader, "_at_once", 2)
        assert len(reader.read(QUESTION, WINDOWS, lambda odds: True)) == 1
        assert "terminate" in str(ended.get(timeout=10))
    assert capfd.readouterr() == ("", "")


def test_a_window_that_cannot_be_read_is_an_error(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(question: str, window: Window, options: RunOptions) -> tuple[float, ...]:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(reader, "_run", run)
    with pytest.raises(RuntimeError, match="out of memory"):
        reader.read(QUESTION, WINDOWS)


def test_nothing_to_read_has_no_odds(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == ()


def test_what_does_not_fit_into_a_window_is_not_read(reader: Reader) -> None:
    long = Window(
        "Port Amber", ("the ferry terminal " * 200, *("It cost 48 million. " * 9 for _ in range(9)))
    )
    odds = reader.read(QUESTION, [long])[0]
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
