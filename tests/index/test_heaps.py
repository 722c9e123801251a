"""The process's heaps: few, and what is free in them goes back."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from index.heaps import ARENAS

ROOT = Path(__file__).resolve().parents[2]
IS_GLIBC = hasattr(ctypes.CDLL(None), "malloc_info")


@pytest.mark.skipif(not IS_GLIBC, reason="another malloc than glibc's")
def test_threads_share_a_few_heaps(tmp_path: Path) -> None:
    told = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", HEAPS, str(told)], cwd=ROOT, check=True, timeout=60)
    assert 1 <= told.read_text("utf-8").count("<heap nr=") <= ARENAS


@pytest.mark.skipif(not IS_GLIBC, reason="another malloc than glibc's")
def test_what_is_free_goes_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FREED], cwd=ROOT, check=True, timeout=60, capture_output=True, text=True
    )
    before, after = map(int, done.stdout.split())
    assert after < before - 20_000


FREED = """
import ctypes
from index.heaps import give_back, share_heaps
share_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def resident_kb():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
blocks = [libc.malloc(ctypes.c_size_t(4000)) for _ in range(10_000)]
for block in blocks: ctypes.memset(ctypes.c_void_p(block), 1, 4000)
libc.malloc(ctypes.c_size_t(4000))  # keeps the heap's end in use
for block in blocks: libc.free(ctypes.c_void_p(block))
before = resident_kb()
give_back()
print(before, resident_kb())
"""


HEAPS = """
import ctypes, sys, threading
from index.heaps import share_heaps
share_heaps()
libc, together = ctypes.CDLL(None), threading.Barrier(8)
libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p
def allocate():
    together.wait()
    for _ in range(1000):
        libc.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def test_what_only_cycles_hold_is_freed_with_what_is_given_back() -> None:
    subprocess.run([sys.executable, "-c", CYCLES], cwd=ROOT, check=True, timeout=60)


CYCLES = """
import gc, weakref
from index.heaps import collect_seldom, give_back, settle
class Held: pass
collect_seldom()
settle()
held = Held()
held.itself, seen = held, weakref.ref(held)
del held
assert seen() is not None
give_back()
assert seen() is None
"""
