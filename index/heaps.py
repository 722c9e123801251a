"""A process's memory: one that runs for weeks is to hold what it uses and no more, and seldom look for what is free."""

import ctypes
import gc
import sys

ARENAS = 2  # heaps of malloc's; eight a core by default, each of which keeps what the others could use
GC_THRESHOLD = (
    100_000  # new objects; at Python's 700, a tenth of a build and 6 % of a question look for cycles
)
LARGE = 1 << 20  # bytes from which a block goes back at once; else malloc raises this with what it sees freed
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # the options' numbers in malloc.h


def share_heaps() -> None:
    """Let all threads share a few heaps of glibc's, without large blocks; to be called before threads start."""
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, ARENAS)
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE)


def collect_seldom() -> None:
    """Let Python look for cycles only where there may be many."""
    gc.set_threshold(GC_THRESHOLD)


def give_back() -> None:
    """Give what is free in glibc's heaps back to the system."""
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None
