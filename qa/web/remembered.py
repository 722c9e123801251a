"""`Remembered`: texts that are used again and again, up to so many characters of all together."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Remembered:
    """The texts that were used last; safe to share between threads."""

    def __init__(self, most_chars: int) -> None:
        self._most_chars, self._size_chars = most_chars, 0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """Return the key's text, made now where it is not remembered."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
        text = make()
        with self._lock:
            self._size_chars += len(text) - len(self._texts.pop(key, ""))
            self._texts[key] = text
            while self._size_chars > self._most_chars:
                self._size_chars -= len(self._texts.popitem(last=False)[1])
        return text

    def __len__(self) -> int:
        """How many characters are remembered."""
        return self._size_chars
