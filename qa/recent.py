"""`Recent`: what was made at some cost and used last, in memory; an LLM's answers, the HTML of turns."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Values by key, those used last, up to a size of all together. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> V | None:
        """Return the value kept under a key."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: V, *, most: int, size: int = 1) -> None:
        """Keep a value of a size, and no more than `most` in all."""
        with self._lock:
            self._size += size - self._kept.pop(key, (value, 0))[1]
            self._kept[key] = (value, size)
            while self._size > most:
                self._size -= self._kept.popitem(last=False)[1][1]
