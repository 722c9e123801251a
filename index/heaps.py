"""A process's memory: one that runs for weeks is to hold what it uses and no more, and seldom look for what is free."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ARENAS = 2  # heaps of malloc's; eight a core by default, each of which keeps what the others could use
# New objects between looks for cycles, and looks between larger ones; at Python's 700, they are a tenth of a build.
GC_THRESHOLDS = 50_000, 5, 5
LARGE = 1 << 20  # bytes from which a block goes back at once; else malloc raises this with what it sees freed
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # the options' numbers in malloc.h


def share_heaps() -> None:
    """Let all threads share a few heaps of glibc's, without large blocks; to be called before threads start."""
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, ARENAS)
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE)


def collect_seldom() -> None:
    """Let Python look for cycles only where there may be many."""
    gc.set_threshold(*GC_THRESHOLDS)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let Python look for cycles seldom within the block, and as before after it."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def settle() -> None:
    """Leave what is there by now out of all later looks for cycles: modules and what is open are most of a process."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Free what only cycles hold, where that is quickly found, and give what is free back to the system."""
    if gc.get_freeze_count():
        gc.collect()
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None
