"""What is learned from and what is held back: a fifth, by a hash of what must not be torn apart."""

import hashlib
from datetime import date

PARTS = 5


def is_held_back(key: str) -> bool:
    """Tell whether all that belongs to a key, a paragraph or a week of news, is kept for evaluation."""
    return hashlib.sha256(key.encode()).digest()[0] % PARTS == 0


def week_of(day: date) -> str:
    """Return the key of a day's news: questions and the articles they were made from fall into one week."""
    year, week, _ = day.isocalendar()
    return f"week {year}-{week:02}"
