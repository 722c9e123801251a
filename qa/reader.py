"""The reader: a small network of our own that says which sentence answers a question, and whether any does.

A window is a few sentences of one passage below its title. The network reads question and window together and
gives each token a logit that it belongs to the answer, and the window one that nothing here does; a sentence's
score is the log-odds of the two, added to what the words that it shares with the question say. `training/`
makes the weights; without them there is no reader.
"""

import json
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import RunOptions

WEIGHTS = Path(__file__).resolve().parent / "weights"  # model.onnx and tokenizer.json, where there are any
QUESTION_TOKENS, TITLE_TOKENS, SENTENCE_TOKENS, WINDOW_TOKENS = 64, 24, 96, 256  # most that are read of each
NOT_A_SENTENCE = -1
COMMON = 100  # words of the vocabulary, that say nothing where they stand in both
SHARE_WEIGHT = 8.0  # of a sentence's share in its log-odds: what the network adds is learned on top of it
FATAL = 4  # onnxruntime's level of what is logged

Logits = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Odds = tuple[tuple[float, ...], ...]  # of each window's sentences: log-odds against "none of its window"


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences of one passage, in its order, below the article's title."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A question and a window as the network takes them; all but the shares are of the same length."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]  # 0 the question, 1 the rest; 2 and 3 where a token stands in both
    sentence_of: tuple[int, ...]  # the sentence's number in the window, -1 of none
    offsets: tuple[tuple[int, int], ...]  # of each token, in its sentence
    shares: tuple[float, ...]  # of the question's rarer tokens that each sentence holds


@dataclass(frozen=True, slots=True)
class _Run:
    """A window being read."""

    read: Future[tuple[float, ...]]
    options: "RunOptions"

    def break_off(self) -> None:
        """Read no further, unless it is done."""
        self.options.terminate = not self.read.done()
        self.read.cancel()


class Tokenizer:
    """Text -> word pieces of the BERT vocabulary."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer as Pieces

        self._pieces = Pieces.from_file(str(file))
        self._pieces.no_padding()
        self._pieces.no_truncation()
        vocabulary = self._pieces.get_vocab()
        self._opens, self._parts = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._first_word = vocabulary["the"]  # the words of BERT's vocabulary follow, the frequent ones first

    def encode(self, question: str, window: Window) -> Encoded:
        """Encode a question with a window; what exceeds the most that is read of each part is left out."""
        asked, title, *sentences = self._pieces.encode_batch(
            [question, window.title, *window.sentences], add_special_tokens=False
        )
        ids = [self._opens, *asked.ids[:QUESTION_TOKENS], self._parts]
        questions = len(ids)
        ids += [*title.ids[:TITLE_TOKENS], self._parts]
        sentence_of = [NOT_A_SENTENCE] * len(ids)
        offsets = [(0, 0)] * len(ids)
        for number, sentence in enumerate(sentences):
            room = min(SENTENCE_TOKENS, WINDOW_TOKENS - 1 - len(ids))
            ids += sentence.ids[:room]
            sentence_of += [number] * len(sentence.ids[:room])
            offsets += sentence.offsets[:room]
        ids.append(self._parts)
        sentence_of.append(NOT_A_SENTENCE)
        offsets.append((0, 0))
        masses = {i: math.log(i - self._first_word) for i in ids[:questions] if i - self._first_word > COMMON}
        shared = masses.keys() & {i for i, of in zip(ids, sentence_of, strict=True) if of != NOT_A_SENTENCE}
        kinds = [2 * (i in shared) + (place >= questions) for place, i in enumerate(ids)]
        held = [masses.keys() & set(sentence.ids[:SENTENCE_TOKENS]) for sentence in sentences]
        whole = sum(masses.values()) or 1.0
        shares = tuple(sum(masses[i] for i in found) / whole for found in held)
        return Encoded(tuple(ids), tuple(kinds), tuple(sentence_of), tuple(offsets), shares)


class Reader:
    """Reads questions over windows. Safe to share between threads."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = 1
        self._session = InferenceSession(
            str(folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # slower than what it joins: a tenth of all reading
        )
        # More runs at a time than there are cores are no faster, and each holds memory that is never given back.
        cores = os.cpu_count() or 1
        self._runs = ThreadPoolExecutor(cores, "reading")
        self._at_once = cores + 1  # of one question's: one waits, so that no core does
        self._tokenizer = Tokenizer(folder / "tokenizer.json")

    def read(
        self, question: str, windows: Sequence[Window], is_enough: Callable[[Odds], bool] = lambda odds: False
    ) -> Odds:
        """Return the log-odds of each window's sentences, in the order given, up to where they are enough.

        Each window is read by itself, so that its odds are the same beside any other, on however many cores: what
        was begun behind those that are enough is broken off.
        """
        runs: list[_Run] = []
        odds: Odds = ()
        try:
            while len(odds) < len(windows):
                busy = [run.read for run in runs if not run.read.done()]
                end = len(runs) + self._at_once - len(busy)
                new = [self._begin(question, window) for window in windows[len(runs) : end]]
                runs += new
                if not runs[len(odds)].read.done():
                    wait([*busy, *(run.read for run in new)], return_when=FIRST_COMPLETED)
                while len(odds) < len(runs) and runs[len(odds)].read.done():
                    odds = (*odds, runs[len(odds)].read.result())
                    if is_enough(odds):
                        return odds
        finally:
            for run in runs:
                run.break_off()
        return odds

    def _begin(self, question: str, window: Window) -> _Run:
        from onnxruntime import RunOptions

        options = RunOptions()
        options.log_severity_level = FATAL  # being broken off is told as an error
        return _Run(self._runs.submit(self._run, question, window, options), options)

    def _run(self, question: str, window: Window, options: "RunOptions") -> tuple[float, ...]:
        """Return the log-odds of the window's sentences; the network gives logits of their tokens alone."""
        encoded = self._tokenizer.encode(question, window)
        sentence_of = np.array(encoded.sentence_of)
        inside = np.flatnonzero(sentence_of != NOT_A_SENTENCE)
        tokens, none = self._logits(encoded, inside, options)
        return _sentence_odds(tokens, none, sentence_of[inside], encoded.shares)

    def _logits(
        self, encoded: Encoded, inside: Places, options: "RunOptions | None" = None
    ) -> tuple[Logits, float]:
        """Return the logits of the tokens at these places, and of none."""
        ids, kinds = (np.array([row], dtype=np.int64) for row in (encoded.ids, encoded.kinds))
        # The window's first token is the one that "none" is read from.
        given = {"ids": ids, "kinds": kinds, "places": np.concatenate([[0], inside])}
        tokens, none = self._session.run(None, given, options)
        return tokens[0, 1:], float(none[0])

    def likeliest(self, question: str, window: Window, stretches: Sequence[tuple[int, int]]) -> int:
        """Return which of some stretches of a window's one sentence, as offsets, is likeliest the answer."""
        encoded = self._tokenizer.encode(question, window)
        inside = np.flatnonzero(np.array(encoded.sentence_of) != NOT_A_SENTENCE)
        tokens, _ = self._logits(encoded, inside)
        starts, ends = np.array(encoded.offsets)[inside].T
        highest = [tokens[(starts < end) & (ends > start)].max(initial=-np.inf) for start, end in stretches]
        return int(np.argmax(highest))


def _sentence_odds(tokens: Logits, none: float, of: Places, shares: Sequence[float]) -> tuple[float, ...]:
    odds = []
    for number, share in enumerate(shares):
        inside = tokens[of == number]
        odds.append(
            float(np.logaddexp.reduce(inside)) - none + SHARE_WEIGHT * share if inside.size else -np.inf
        )
    return tuple(odds)


@lru_cache(maxsize=1)
def english_words(folder: Path = WEIGHTS) -> frozenset[str]:
    """Return the words in small letters that the network knows whole, some 22,500; none where it is not here."""
    file = folder / "tokenizer.json"
    if not file.is_file():
        return frozenset()
    pieces = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(piece for piece in pieces if piece.isalpha())


@lru_cache(maxsize=1)
def load_reader(folder: Path = WEIGHTS) -> Reader | None:
    """Return the reader whose weights are in `folder`, None where there are none."""
    return Reader(folder) if (folder / "model.onnx").is_file() else None
