"""The names that articles mention most, for people who wonder what a folder is about."""

import re
from collections import Counter

from index.reader import IndexReader
from index.records import ArticleRecord

ARTICLES_READ = 300  # spread evenly over the folder
SENTENCES_READ = 40  # of an article
_WORD = r"[A-Z][\w’'-]*[^\W\d_]"
_NAME = re.compile(rf"(?<=[a-z,;] )(?:{_WORD})(?: (?:of the |of |de |al-|bin |van )?{_WORD}){{0,3}}")
_NO_NAMES = frozenset(
    "January February March April May June July August September October November December Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday Mr Mrs Ms Dr President Prime Minister Foreign".split()
)


def frequent_names(reader: IndexReader, *, limit: int) -> tuple[str, ...]:
    """Return the names that most articles mention inside a sentence, in two articles or more, most frequent first."""
    records = list(reader.articles())
    spread = records[:: max(1, -(-len(records) // ARTICLES_READ))]
    counts: Counter[str] = Counter()
    for record in spread:
        counts.update(_names_of(record, reader))
    ranked = sorted(counts.items(), key=lambda found: (-found[1], found[0]))
    names = [name for name, count in ranked if count >= min(2, len(spread))]
    return tuple(name for name in names if not any(_is_part(name, other) for other in names[:limit]))[:limit]


def _names_of(record: ArticleRecord, reader: IndexReader) -> set[str]:
    found: set[str] = set()
    sentences = [
        passage.text_at(sentence)
        for passage in reader.article_passages(record.id)
        for sentence in passage.sentences
    ]
    for sentence in sentences[:SENTENCES_READ]:
        for name in _NAME.findall(" ".join(sentence.split())):
            bare = name.removesuffix("'s").removesuffix("’s")
            if not any(word in _NO_NAMES for word in bare.split()):
                found.add(bare)
    return found


def _is_part(name: str, other: str) -> bool:
    """Whether one name is a word of the other: Pashinyan of Nikol Pashinyan."""
    return name != other and name in other.split()
