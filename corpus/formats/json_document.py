"""A .json file: one record, a list of records, or {"articles": [records]}."""

from collections.abc import Iterator

from corpus.article import Article
from corpus.formats.json_records import parse_json, read_record
from corpus.refusal import NotAnArticleError, Refusal


def read_json(text: str, *, name: str) -> Iterator[Article | Refusal]:
    """Yield each record's article or refusal, numbered from 1. Raises NotAnArticleError if it is no JSON."""
    for number, record in enumerate(_records(parse_json(text)), 1):
        try:
            yield read_record(record, name=name, line=number)
        except NotAnArticleError as error:
            yield Refusal(name, error.line, error.reason)


def _records(document: object) -> list[object]:
    if isinstance(document, dict) and isinstance(document.get("articles"), list):
        document = document["articles"]
    records = document if isinstance(document, list) else [document]
    if not records:
        raise NotAnArticleError("empty: a list of no records")
    return records
