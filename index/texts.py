"""The text segments: append-only files of article texts and sentence spans, which generations share by hard link.

A text never changes once written: a removed article leaves a dead stretch, and a file of which more is dead than
alive, or one of many small ones, is written anew together with others.
"""

import struct
import sys
import threading
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, overload

from index.passages import Passage, Span
from index.sharing import link_or_copy

SEGMENT_BYTES = 64_000_000  # a file that has reached this is followed by another
SMALL_BYTES = 4_000_000
MOST_SMALL = 8  # files below SMALL_BYTES; one more, and they become one


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article's text and passages stand: `size` bytes, of which the first `text_size` are text."""

    segment: int
    offset: int
    text_size: int
    size: int


@dataclass(frozen=True, slots=True)
class TextSegment:
    """One file of texts, as the catalog knows it."""

    segment: int
    size: int
    dead: int  # bytes that no article refers to


def to_merge(segments: Sequence[TextSegment]) -> list[TextSegment]:
    """Return the files to write anew: mostly dead ones, and all small ones if they are too many. Pure."""
    small = [segment for segment in segments if segment.size < SMALL_BYTES]
    stale = [segment for segment in segments if segment.dead > segment.size - segment.dead]
    return sorted({*stale, *(small if len(small) > MOST_SMALL else ())}, key=lambda found: found.segment)


def clone(source: Path, target: Path) -> None:
    """Share the files of a sealed folder, all of which never change."""
    target.mkdir()
    for file in sorted(source.iterdir()):
        link_or_copy(file, target / file.name)


def pack(text: str, passages: Sequence[Passage]) -> tuple[bytes, int]:
    """Pack an article for its segment; return the bytes, and how many of them are text.

    After the text, UTF-8, come the passages: how many, then for each start, end, number of sentences, and the
    sentences' starts and ends, all code points, little-endian 32 bit.
    """
    encoded = text.encode()
    numbers = [len(passages)]
    for passage in passages:
        numbers += [passage.start, passage.end, len(passage.sentences)]
        numbers += [offset for span in passage.sentences for offset in span]
    return encoded + struct.pack(f"<{len(numbers)}I", *numbers), len(encoded)


class PackedPassages(Sequence[Passage]):
    """The passages of a packed article: undoes `pack` for what follows the text, each when it is asked for."""

    def __init__(self, packed: bytes) -> None:
        self._numbers = array("I", packed)
        if sys.byteorder == "big":
            self._numbers.byteswap()
        self._places = [1]  # where those passages stand up to which was asked, and the next one

    def __len__(self) -> int:
        return self._numbers[0]

    @overload
    def __getitem__(self, index: int) -> Passage: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Passage]: ...
    def __getitem__(self, index: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        at = self._place(range(len(self))[index])
        start, end, count = self._numbers[at : at + 3]
        offsets = self._numbers[at + 3 : at + 3 + 2 * count]
        return Passage(start, end, tuple(map(Span, offsets[::2], offsets[1::2])))

    def _place(self, index: int) -> int:
        while len(self._places) <= index:
            at = self._places[-1]
            self._places.append(at + 3 + 2 * self._numbers[at + 2])
        return self._places[index]


def check_there(folder: Path, segments: Iterable[TextSegment]) -> None:
    """Raise OSError if a file is missing or shorter than it was, by its directory entry alone."""
    for segment in segments:
        path = _path(folder, segment.segment)
        if not path.is_file():
            raise FileNotFoundError(f"text segment {path} is missing")
        if path.stat().st_size < segment.size:
            raise OSError(f"text segment {path} is too short")


class TextReader:
    """Reads text segments of one generation, unmapped: what is read once is not held. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._files: dict[int, FileIO] = {}

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def raw(self, place: Place) -> bytes:
        """Return an article as packed. Raises OSError if the file is missing or too short."""
        with self._lock:
            if place.segment not in self._files:
                self._files[place.segment] = FileIO(_path(self._folder, place.segment))
            file = self._files[place.segment]
            file.seek(place.offset)
            found = file.read(place.size)
        if len(found) != place.size:
            raise OSError(f"text segment {_path(self._folder, place.segment)} is too short")
        return found

    def text(self, place: Place) -> str:
        """Return an article's text."""
        return self.raw(place)[: place.text_size].decode()

    def article(self, place: Place) -> tuple[str, Sequence[Passage]]:
        """Return an article's text and passages."""
        packed = self.raw(place)
        return packed[: place.text_size].decode(), PackedPassages(packed[place.text_size :])


class TextWriter:
    """Appends to new text segments of one unsealed generation, numbered from `first`."""

    def __init__(self, folder: Path, first: int) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, self._segment = folder, first - 1
        self._file: BinaryIO | None = None
        self._size = 0

    def append(self, packed: bytes, text_size: int) -> Place:
        """Append one article; return where it stands."""
        if self._file is None or self._size >= SEGMENT_BYTES:
            self.close()
            self._segment += 1
            self._file = _path(self._folder, self._segment).open("xb")
            self._size = 0
        place = Place(self._segment, self._size, text_size, len(packed))
        self._file.write(packed)
        self._size += len(packed)
        return place

    def flush(self) -> None:
        """Let what was appended be read."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Close the file being written."""
        if self._file is not None:
            self._file.close()
            self._file = None


def remove(folder: Path, segments: Iterable[int]) -> None:
    """Remove segments that nothing refers to any more from an unsealed generation."""
    for segment in segments:
        _path(folder, segment).unlink()


def _path(folder: Path, segment: int) -> Path:
    return folder / f"{segment:06d}.text"
