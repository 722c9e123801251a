"""A question's words as the index knows them: their forms, how telling each is, and what of them a text holds."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from index.analysis import stems, stems_of_each, words
from index.embedding import Vectors, frequency_rank
from index.reader import IndexReader
from index.records import StoredPassage
from qa.forms import narrower_stems, other_spellings, other_words, related_stems
from qa.query import QueryTerm, says_enough

IMAGINED_PASSAGES = 50  # that lack any word, beside the index's own
# Some hundred passages do not tell which words are common in English. They are filled up with imagined ones, to
# ENOUGH at most; very few are taken as they are, as with them it is the words they lack that tell most.
ENOUGH_PASSAGES, IMAGINED_EACH, FEW_PASSAGES = 100_000, 100, 100
ZIPF, PASSAGE_WORDS = 0.1, 170  # the share of all words that the most frequent has; words in a passage
# Texts whose stems are kept: a question's passages are read more than once, a conversation reads them again.
REMEMBERED_TEXTS = 1000
REMEMBERED_WORDS = 10_000
MISSING_WEIGHT = 0.8  # of a word that is no name and in no article: what it says may be said in others
FORM_WEIGHT, VARIANT_WEIGHT = 0.8, 0.7  # of an irregular form and another spelling, against the word's own 1


@dataclass(frozen=True, slots=True)
class ResolvedTerm:
    """A question's word as this index knows it: the forms that count as it, and how telling it is."""

    term: QueryTerm
    forms: tuple[tuple[str, float], ...]  # (stem, weight), the word itself first
    frequency: int  # live passages that hold the word itself
    spelling: str | None  # the closest spelling, where the articles hold only that
    idf: float
    is_broader: bool = False  # no article has the word, but some have what counts as it

    @property
    def mass(self) -> float:
        """What the word weighs in the question: its IDF times its weight."""
        return self.idf * self.term.weight

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all its forms."""
        return frozenset(stem for stem, _ in self.forms)

    @property
    def is_missing(self) -> bool:
        """No article holds the word or a form of it."""
        return self.frequency == 0 and self.spelling is None and len(self.forms) == 1


def resolve(term: QueryTerm, reader: IndexReader) -> ResolvedTerm:
    """Look a question's word up in the live index: its frequency, its people's name, its spelling variants."""
    frequency = reader.document_frequency(term.stem)
    forms = [(term.stem, 1.0)]
    forms += [(stem, 1.0) for stem in other_spellings(term.surface) if reader.document_frequency(stem)]
    forms += [(stem, FORM_WEIGHT) for stem in related_stems(term.stem) if reader.document_frequency(stem)]
    is_unknown = frequency == 0 and len(forms) == 1
    narrower = [stem for stem in narrower_stems(term.stem) if is_unknown and reader.document_frequency(stem)]
    forms += [(stem, FORM_WEIGHT) for stem in narrower]
    others = other_words(term.stem).union(narrower)
    spelling = None
    may_be_a_name = term.is_name or (frequency == 0 and not _is_plain_english(term.surface))
    variants = reader.name_variants(term.surface) if may_be_a_name else []
    for variant in variants:
        forms += [(stem, VARIANT_WEIGHT) for stem in stems(variant.word)]
        spelling = spelling or variant.word
    if len(forms) == 1 and frequency == 0 and not term.is_name and not _is_english(term.surface):
        for correct in reader.corrections(term.stem)[:1]:
            forms.append((correct.word, VARIANT_WEIGHT))
            spelling = correct.word
    unique = tuple({stem: (stem, weight) for stem, weight in reversed(forms)}.values())[::-1]
    common = frequency or max(reader.document_frequency(stem) for stem, _ in unique)
    weight = 1.0
    if not common and not term.is_name:
        common, weight = 1, MISSING_WEIGHT  # that a common word is missing tells less than that a name is
    counted = {stem for stem, _ in unique[1:]}
    return ResolvedTerm(
        term=term,
        forms=unique,
        frequency=frequency,
        spelling=None if frequency else spelling,
        idf=idf_in_english(term.surface, common, reader.passage_count) * weight,
        is_broader=frequency == 0 and spelling is None and bool(counted) and counted <= others,
    )


def _is_english(word: str) -> bool:
    return any(frequency_rank(written) is not None for written in (word, word.lower(), word.capitalize()))


def _is_plain_english(word: str) -> bool:
    """Tell whether English has a word in small letters, as "status": "States" is no spelling of it."""
    return frequency_rank(word.lower()) is not None


def judged_by(terms: Sequence[ResolvedTerm]) -> list[bool]:
    """Tell for each word whether passages are judged by it: carried-over ones only if the rest says little."""
    is_enough = says_enough(term.term for term in terms)
    return [not (term.term.is_carried and is_enough) for term in terms]


def judged_terms(terms: Sequence[ResolvedTerm]) -> list[ResolvedTerm]:
    """Return the words that passages are judged by."""
    return [term for term, counts in zip(terms, judged_by(terms), strict=True) if counts]


def words_that_count(terms: Sequence[ResolvedTerm]) -> int:
    """Return how many words passages are judged by, light ones left out: how long a question is."""
    return sum(term.term.weight >= 0.5 for term in judged_terms(terms))


def telling_stems(terms: Iterable[ResolvedTerm]) -> frozenset[str]:
    """Return the stems, and those of other forms, of the words that count in full: no light, no carried-over ones."""
    return frozenset(stem for term in terms if term.term.weight == 1.0 for stem in term.stems)


def as_written(spelling: str, texts: Iterable[str]) -> str | None:
    """Return a folded word, or a stem, as a text writes it; None where none has it."""
    written = (word for text in texts for word in re.findall(r"\w+", text))
    return next((word for word in written if [spelling] in (words(word), stems(word))), None)


@lru_cache(maxsize=REMEMBERED_WORDS)
def stems_of_words(text: str) -> tuple[str, ...]:
    """Return the stems of a word or name in order; of many names, few words are new."""
    return tuple(chain.from_iterable(map(_stems_of_word, text.split())))


@lru_cache(maxsize=REMEMBERED_WORDS)
def _stems_of_word(word: str) -> tuple[str, ...]:
    return tuple(stems(word))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of a question or title."""
    return frozenset(stems(text))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def stems_of_passage(passage: StoredPassage) -> frozenset[str]:
    """Return the stems of a passage, which are those of its sentences: so each of these is taken apart once."""
    if not passage.sentences:
        return frozenset(stems(passage.text))
    return frozenset().union(*stems_of_sentences(passage))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def stems_of_sentences(passage: StoredPassage) -> tuple[tuple[str, ...], ...]:
    """Return the stems of each sentence of a passage in order."""
    return stems_of_each([passage.text_at(span) for span in passage.sentences])


def idf_in_english(word: str, frequency: int, total: int) -> float:
    """Return a word's IDF where `frequency` of `total` passages have it, and imagined ones where these are few."""
    imagined = max(0, min(IMAGINED_EACH * (total - FEW_PASSAGES), ENOUGH_PASSAGES - total))
    return idf(frequency + imagined * share_of_passages(word), total + imagined)


@lru_cache(maxsize=REMEMBERED_WORDS)
def share_of_passages(word: str) -> float:
    """Guess which share of English passages holds a word, by its place among the frequent ones (Zipf's law)."""
    ranks = [rank for rank in map(frequency_rank, (word, word.lower())) if rank is not None]
    return 1 - (1 - ZIPF / (min(ranks) + 1)) ** PASSAGE_WORDS if ranks else 0.0


def idf(frequency: float, total: int) -> float:
    """Return BM25's inverse document frequency (Robertson and Zaragoza, 2009), always positive.

    A few articles say little of how common a word is, so some more passages that lack it are imagined.
    """
    total += IMAGINED_PASSAGES
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def held(terms: Sequence[ResolvedTerm], texts: Sequence[AbstractSet[str]]) -> Vectors:
    """Return how well each text, given as its stems, holds each word: shape (texts, terms), its best form's weight."""
    counts_for: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, term in enumerate(terms):
        for stem, weight in term.forms:
            counts_for[stem].append((place, weight))
    rows = []
    for text in texts:
        row = [0.0] * len(terms)
        for stem in counts_for.keys() & text:
            for place, weight in counts_for[stem]:
                if weight > row[place]:
                    row[place] = weight
        rows.append(row)
    return np.array(rows, dtype=np.float32).reshape(len(texts), len(terms))


def held_by_passages(terms: Sequence[ResolvedTerm], passages: Sequence[StoredPassage]) -> Vectors:
    """Return what `held` does of the stems of each passage, without making a set of all of them."""
    forms = frozenset(stem for term in terms for stem, _ in term.forms)
    found = (
        forms.intersection(chain.from_iterable(stems_of_sentences(passage) or [stems(passage.text)]))
        for passage in passages
    )
    return held(terms, list(found))


def shares(weights: Sequence[float]) -> Vectors:
    """Return weights as shares of their sum; zeros where they are all 0."""
    values = np.array(weights, dtype=np.float32)
    total = values.sum()
    return values / total if total else values
