"""What .json and .jsonl share: JSON text -> value, and one record -> an article."""

import json

from corpus.article import Article
from corpus.fields import article_from, read_fields
from corpus.refusal import NotAnArticleError


def parse_json(text: str) -> object:
    """Parse JSON. Raises NotAnArticleError for whatever `json` cannot take, its line in the text given."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotAnArticleError(
            f"not JSON: {error.msg} at character {error.colno}", line=error.lineno
        ) from error
    except RecursionError as error:
        raise NotAnArticleError("nested too deeply") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise NotAnArticleError(f"not JSON: {error}") from error


def read_record(record: object, *, name: str, line: int) -> Article:
    """Read one record; its id is its `id`, else its `url`, else `name#line`. Raises NotAnArticleError."""
    if not isinstance(record, dict):
        raise NotAnArticleError("the record is not an object", line=line)
    try:
        fields = read_fields(record)
        if fields.text is None:
            raise NotAnArticleError("no text: it has none of the fields text, body, content")
        return article_from(fields, article_id=fields.id or fields.url or f"{name}#{line}", text=fields.text)
    except NotAnArticleError as error:
        raise NotAnArticleError(error.reason, line=line) from error
