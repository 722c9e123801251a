"""Tokens of a SentencePiece-like BPE vocabulary, word by word: as the tokenizer gives them, and several times as fast.

In such a vocabulary a space (U+2581) stands only at a token's beginning, and a line break is a token by itself, so
merges never cross either: a text's tokens are those of its words, and words come again.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.runs import codes_of, inverses, mix, sums_to

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Ints = NDArray[np.int32]
Places = NDArray[np.int64]

REMEMBERED = 300_000  # words, as written, with the line break or further spaces before them; 60 MB
TOGETHER = 256  # new words in one call of the tokenizer, texts whose words are looked up at once
SLOT_BITS = 19  # of a word's hash; 6 MB
SINGLE = 259  # tokens before the merged ones: special ones and bytes
SPACE, BREAK = "\u2581", "\n"
_WORD = re.compile(r"(?:\n| +)[^ \n]*")


class _Numbers(dict[str, int]):
    """Numbers words in the order in which they are first asked for; `new` are those not yet learnt."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        self.new.append(word)
        return number


class WordPieces:
    """Turns texts into token ids, and remembers those of words. Not safe to share between threads."""

    _tokens: Ints  # of all known words, one after another
    _starts: Places  # of each word's, and their end

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        # Special tokens are recognised inside words; a text with one is left to the tokenizer as a whole.
        special = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
        self._unusual = (SPACE, *special)
        (found,) = self._encoded([BREAK])
        self._break = found.ids[-1]
        self._forget()

    def encode(self, texts: Sequence[str], *, remembered: int = REMEMBERED) -> list[Ints]:
        """Return the token ids of each text, without special ones at its ends; begin anew after so many words."""
        if len(self._number) > remembered:
            self._forget()
        usual = [i for i, text in enumerate(texts) if text and not any(map(text.__contains__, self._unusual))]
        found = dict(zip(usual, self._by_word([texts[i] for i in usual]), strict=True))
        rest = [i for i in range(len(texts)) if i not in found]
        whole = self._encoded([texts[i] for i in rest])
        found.update(
            (i, np.asarray(tokens.ids, dtype=np.int32)) for i, tokens in zip(rest, whole, strict=True)
        )
        return [found[i] for i in range(len(texts))]

    def rank(self, word: str) -> int | None:
        """Return how many tokens of the vocabulary were merged before this word; None if it is not one token."""
        found = self._tokenizer.token_to_id(SPACE + word)
        return None if found is None or found < SINGLE else found - SINGLE

    def _by_word(self, texts: Sequence[str]) -> list[Ints]:
        batches = [self._numbered(texts[i : i + TOGETHER]) for i in range(0, len(texts), TOGETHER)]
        self._learn()
        return [tokens for words, ends in batches for tokens in self._tokens_of(words, ends)]

    def _numbered(self, texts: Sequence[str]) -> tuple[Ints, Places]:
        """Return the numbers of all words of some texts, and where those of each text end."""
        cut = [_cut(text) for text in texts]
        joined = SPACE.join([*cut, ""])
        codes = codes_of(joined)
        ends = np.flatnonzero(codes == ord(SPACE)) + 1  # of words, with the space after each
        starts = np.concatenate(([0], ends[:-1]))
        sums = sums_to(codes)
        hashes = mix((sums[ends] - sums[starts]) * inverses(len(codes))[starts])
        slots = (hashes >> np.uint64(64 - SLOT_BITS)).astype(np.int64)
        numbers = self._numbers[slots]
        others = np.flatnonzero(self._hashes[slots] != hashes)
        borders = zip(starts[others].tolist(), (ends[others] - 1).tolist(), strict=True)
        numbers[others] = [self._number[joined[start:end]] for start, end in borders]
        self._hashes[slots[others]], self._numbers[slots[others]] = hashes[others], numbers[others]
        return numbers, np.searchsorted(ends, np.cumsum([len(text) + 1 for text in cut]), side="right")

    def _tokens_of(self, words: Ints, ends: Places) -> Iterator[Ints]:
        """Yield the tokens of each text, of whose words the numbers are given."""
        firsts = self._starts[words]
        sizes = self._starts[words + 1] - firsts
        after = np.cumsum(sizes)
        # Of each word, the place of its tokens among all known; of each token, its distance from there.
        tokens = self._tokens[np.arange(after[-1]) + np.repeat(firsts - after + sizes, sizes)]
        for first, last in pairwise([0, *after[ends - 1].tolist()]):
            yield tokens[first:last]

    def _learn(self) -> None:
        """Ask the tokenizer for the tokens of words numbered since, many in one string."""
        new, self._number.new = self._number.new, []
        if not new:
            return
        batches = [new[i : i + TOGETHER] for i in range(0, len(new), TOGETHER)]
        parts, sizes = [self._tokens], []
        for batch, encoding in zip(batches, self._encoded(list(map(_as_lines, batches))), strict=True):
            ids = np.asarray(encoding.ids, dtype=np.int32)
            breaks = np.flatnonzero(ids == self._break)
            # The break before a word is its own only where it begins a line.
            is_spaced = np.asarray([word[:1] != BREAK for word in batch])
            parts.append(np.delete(ids, breaks[is_spaced])[breaks[0] :])
            sizes.append(np.diff(breaks, append=len(ids)) - is_spaced)
        self._tokens = np.concatenate(parts)
        self._starts = np.concatenate([self._starts, self._starts[-1] + np.cumsum(np.concatenate(sizes))])

    def _forget(self) -> None:
        self._number = _Numbers()
        # Beside the dictionary: the last word of each slot, found by its hash, for all words of many texts at once.
        self._hashes = np.zeros(1 << SLOT_BITS, dtype=np.uint64)
        self._numbers = np.zeros(1 << SLOT_BITS, dtype=np.int32)
        self._tokens = np.zeros(0, dtype=np.int32)
        self._starts = np.zeros(1, dtype=np.int64)

    def _encoded(self, texts: list[str]) -> "list[Encoding]":
        return self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)


def _cut(text: str) -> str:
    """Put SPACE before each word and line break but the first; one space before a word goes without saying."""
    if "  " in text or text[:1] == " ":  # further spaces belong to the word
        return SPACE.join(word.removeprefix(" ") for word in _WORD.findall(f" {text}"))
    return text.replace(BREAK, f" {BREAK}").replace(" ", SPACE)


def _as_lines(words: Sequence[str]) -> str:
    """Write each word after a line break, which the space that begins a text does not reach."""
    return "".join(word if word[:1] == BREAK else f"{BREAK} {word}" for word in words)
