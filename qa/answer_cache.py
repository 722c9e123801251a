"""Answers of an LLM already paid for, kept in memory as long as the generation they were drawn from is live."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from qa.answer import Answer


class AnswerCache:
    """The answers used last, by generation, question and settings. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, key: Hashable) -> Answer | None:
        """Return the answer kept under a key."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer, *, size: int) -> None:
        """Keep an answer, and no more than `size` in all."""
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > size:
                self._answers.popitem(last=False)
