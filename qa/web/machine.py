"""What programs may call, whatever the protocol: ask, search, show; plain values in, the contract's JSON out."""

from collections.abc import Mapping
from typing import Any

from index.filters import Filters
from index.generations import IndexUnusable
from qa.batch import BadLineError, read_record
from qa.render import article_json, closest_ids
from qa.retrieval import hits_json
from qa.web.limits import QuestionRefused
from qa.web.reception import Visit

MOST_HITS = 100
MOST_ID_CHARS = 300  # that are looked at where there is no such article


class UnknownArticle(Exception):  # noqa: N818
    """There is no such article; the message says which is closest."""


class BadLimit(Exception):  # noqa: N818
    """So many hits are not given."""


class UnknownTool(Exception):  # noqa: N818
    """There is no such function."""


# Each message is meant for the caller.
FAULTS = (BadLineError, BadLimit, QuestionRefused, UnknownArticle, UnknownTool, IndexUnusable)


def ask(visit: Visit, record: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a record such as a batch line; empty values are as if left out. Raises one of FAULTS."""
    line = read_record({name: value for name, value in record.items() if value}, Filters())
    return visit.ask(line.question, turns=line.turns, filters=line.filters).as_json()


def search(visit: Visit, record: Mapping[str, Any], *, limit: object) -> dict[str, Any]:
    """Return at most `limit` passages for a record such as a batch line. Raises one of FAULTS."""
    if type(limit) is not int or not 1 <= limit <= MOST_HITS:
        raise BadLimit(f"limit is {limit!r:.100}; give a whole number from 1 to {MOST_HITS}")
    line = read_record({name: value for name, value in record.items() if value}, Filters())
    hits = visit.search(line.question, filters=line.filters, limit=limit)
    return {"question": line.question, "hits": hits_json(hits)}


def show(visit: Visit, article: object) -> dict[str, Any]:
    """Return an article as indexed. Raises UnknownArticle, LimitReached or IndexUnusable."""
    if not isinstance(article, str):
        raise UnknownArticle(f"article is {article!r:.100}; give the id of one")
    found = visit.show(article)
    if found is not None:
        return article_json(found)
    article = article[:MOST_ID_CHARS]
    with visit.live.reader() as reader:
        close = closest_ids(article, (record.id for record in reader.articles()))
    hint = f"; did you mean {close!r}?" if close else "; search names articles"
    raise UnknownArticle(f"no article {article!r} in the index{hint}")
