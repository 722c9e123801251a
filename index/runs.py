"""Hashes of runs of characters, all of a text at once: differences of two sums (Rabin and Karp, 1987)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Codes = NDArray[np.uint32]  # of characters

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64


def codes_of(text: str) -> Codes:
    """Return the code points of a text, in which no surrogate stands alone."""
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def sums_to(codes: Codes) -> Hashes:
    """Return what the codes before each place add up to, each weighed by its place; one more than there are codes."""
    weighed = codes.astype(np.uint64)  # by itself: as part of the product it takes twice as long
    weighed *= powers(_room(len(codes)))[0][: len(codes)]
    found = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(weighed, out=found[1:])
    return found


def inverses(count: int) -> Hashes:
    """Return at least so many factors, which make of a difference of sums the same number wherever the run begins."""
    return powers(_room(count))[1]


@cache
def powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the powers of the base and of its inverse modulo 2^64, from the zeroth on."""
    found = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        raised = np.full(count, base, dtype=np.uint64)
        raised[:1] = 1
        found.append(np.multiply.accumulate(raised))
    return found[0], found[1]


def mix(values: Hashes) -> Hashes:
    """Spread 64-bit values evenly, in place (the finaliser of MurmurHash3)."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values ^= values >> np.uint64(33)
        values *= np.uint64(factor)
    values ^= values >> np.uint64(33)
    return values


def _room(count: int) -> int:
    return 1 << max(count, 1).bit_length()  # few sizes, each of which is remembered
