"""Text -> words and stems, as the lexical index holds them."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

LONGEST_TERM = 100  # bytes; longer ones are no words
REMEMBERED_WORDS = 50_000  # with their stems, 7 MB, and as many met before; a hundred questions meet 32,000
STEMMED, PLAIN = "stemmed", "plain"

# What stands before a number or capital is looked at second: a pattern that begins with a set is found in less time.
_GROUPING_SPACES = "\u2009\u202f\u00a0"
_GROUPED = re.compile(rf"\d(?<![\d.,].)\d{{0,2}}(?:[,{_GROUPING_SPACES}]\d{{3}})+(?!\d)")
_MAYBE_GROUPED = re.compile(r",\d\d\d")
_GROUP_MARK = re.compile(f"[,{_GROUPING_SPACES}]")
_DOTTED = re.compile(r"[A-Z](?<!\w.)\.(?:[A-Z]\.)+")
_MAYBE_DOTTED = re.compile(r"\.[A-Z]\.")


def normalise(text: str) -> str:
    """Join thousands ("6,000") and dotted capitals ("U.S."), then NFKC; offsets are not kept."""
    # Before NFKC, which turns the thin and no-break spaces of grouped digits into plain ones.
    text = _with_thousands_joined(text)
    is_ascii = text.isascii()
    if not is_ascii:
        text = unicodedata.normalize("NFKC", text)
    text = _with_capitals_joined(text)
    # tantivy takes no lone surrogates; to look for them first takes longer.
    return text if is_ascii else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _with_thousands_joined(text: str) -> str:
    # What is cheap to look for is looked for first: few texts have either.
    has_space = not text.isascii() and any(map(text.__contains__, _GROUPING_SPACES))
    if not has_space and not _MAYBE_GROUPED.search(text):
        return text
    return _GROUPED.sub(lambda match: _GROUP_MARK.sub("", match.group()), text)


def _with_capitals_joined(text: str) -> str:
    if not _MAYBE_DOTTED.search(text):
        return text
    return _DOTTED.sub(lambda match: match.group().replace(".", ""), text)


def stems(text: str) -> list[str]:
    """Return the stems of `text` in order, as the stemmed fields hold them."""
    try:
        if text.isascii() and text.isalnum():  # a word by itself, as many are asked for
            return [_stem(text.lower())]
        return list(map(_stem, _folded(text).split()))
    except (UnicodeError, KeyError):
        return list(analyser(STEMMED).analyze(normalise(text)))


def stems_of_each(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return what `stems` does of each text; all at once, sentences take half of the time."""
    joined = _BORDER.join(texts)
    if joined.count(_BORDER) == len(texts) - 1:  # else there is none, or one holds the mark itself
        try:
            parts = _folded(joined, _SPACED_WITHIN).split(_BORDER)
            found = [tuple(map(_stem, part.split())) for part in parts]  # of a generator it takes longer
            return tuple(found)
        except (UnicodeError, KeyError):
            pass
    return tuple(tuple(stems(text)) for text in texts)


def words(text: str) -> list[str]:
    """Return the folded words of `text` in order, unstemmed."""
    try:
        found = _folded(text).split()
    except UnicodeError:
        found = []
    if not found or max(map(len, found)) > LONGEST_TERM:
        return list(analyser(PLAIN).analyze(normalise(text)))
    return found


def fold(text: str) -> str:
    """Fold case and accents of a whole string, as sources are compared."""
    return " ".join(words(text))


folded_source = lru_cache(1024)(fold)


@cache
def analyser(name: str) -> "tantivy.TextAnalyzer":
    """Return the analyser of the stemmed fields or of the plain one."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    # ascii_fold comes before lowercase: lower-casing İ first leaves a combining dot behind.
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_TERM))
    builder = builder.filter(Filter.ascii_fold()).filter(Filter.lowercase())
    return (builder.filter(Filter.stemmer("english")) if name == STEMMED else builder).build()


@lru_cache(maxsize=1024)
def _only_parts(run: str) -> bool:
    """Tell whether characters part words and nothing else: NFKC, too, makes no letters of them.

    Beyond the basic plane there are symbols that count as letters.
    """
    if max(run) > "\uffff" or not unicodedata.is_normalized("NFKC", run):
        return False
    return all(unicodedata.category(char)[0] in "PS" for char in run)


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_BORDER = "\x01"  # between texts that are taken apart together
# English is written in these 256 characters, which take a byte each: all that it has beside ASCII are punctuation.
_ENGLISH, _OF_WORDS = "cp1252", 255


def _in_english(run: re.Match[str]) -> str:
    """Put spaces for what only parts words."""
    return " " * len(run[0]) if _only_parts(run[0]) else run[0]


def _folded_byte(byte: int) -> int:
    """Return a byte of English as folded; _OF_WORDS, which is not ASCII, for what takes an analyser."""
    char = bytes([byte]).decode(_ENGLISH, "replace")
    if char.isascii():
        return ord(char.lower()) if char.isalnum() else ord(" ")
    # A no-break space parts words, too, where it groups no digits.
    return ord(" ") if char == "\xa0" or _only_parts(char) else _OF_WORDS


_SPACED = bytes(map(_folded_byte, range(256)))
_SPACED_WITHIN = _SPACED[:1] + _BORDER.encode() + _SPACED[2:]


def _folded(text: str, table: bytes = _SPACED) -> str:
    """Fold English as the analysers do, in less time: what is in no word becomes a space.

    Raises UnicodeError where there are letters that ASCII has not.
    """
    text = text.replace("…", "...")  # as NFKC does
    text = _with_capitals_joined(_with_thousands_joined(text))
    try:
        encoded = text.encode(_ENGLISH)
    except UnicodeEncodeError:
        encoded = _BEYOND_ASCII.sub(_in_english, text).encode(_ENGLISH)
    return encoded.translate(table).decode("ascii")


class _Stems(dict[str, str]):
    """The stem of each word met last; a race between threads learns one twice, or forgets one."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[str, str] = {}  # what was met before that: a word that is met again stays

    def __missing__(self, word: str) -> str:
        if len(word) > LONGEST_TERM:
            raise KeyError(word)  # it is none
        if len(self) >= REMEMBERED_WORDS:
            self._before = dict(self)
            self.clear()
        stem = self._before.get(word)
        if stem is None:
            (stem,) = analyser(STEMMED).analyze(word)
        self[word] = stem
        return stem


_stem = _Stems().__getitem__
