"""A mapping of metadata, as front matter or a JSON record gives it -> an `Article`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from corpus.article import Article
from corpus.dates import date_from_dateline, date_from_field
from corpus.encoding import without_surrogates
from corpus.plaintext import title_of
from corpus.refusal import NotAnArticleError

_TEXT_KEYS = ("text", "body", "content")
_DATE_KEYS = ("published", "published_at", "publishedat", "date")
_DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Fields:
    """What a mapping says of an article, under whichever of the usual names; None where it says nothing."""

    id: str | None
    url: str | None
    title: str | None
    text: str | None
    published: date | None
    source: str | None
    authors: tuple[str, ...]
    language: str | None


def read_fields(mapping: Mapping[str, object]) -> Fields:
    """Read the fields we know, their names in any case. Raises NotAnArticleError for one of another type."""
    given = {
        key.lower(): value for key, value in mapping.items() if isinstance(key, str) and value is not None
    }
    dates = (date_from_field(given[key]) for key in _DATE_KEYS if key in given)
    return Fields(
        id=_id(given.get("id")),
        url=_line(given, "url"),
        title=_line(given, "title"),
        text=_text(given),
        published=next((found for found in dates if found), None),
        source=_line(given, "source"),
        authors=_names(given.get("authors")) or _names(given.get("author")),
        language=_line(given, "language", "lang"),
    )


def article_from(fields: Fields, *, article_id: str, text: str) -> Article:
    """Complete an article from its text: the title from its start, the date from its dateline."""
    text = clean(text, field="text")
    if not text.strip():
        raise NotAnArticleError("empty: it has no text")
    return Article(
        id=article_id,
        text=text,
        title=fields.title or title_of(text),
        published=fields.published or date_from_dateline(text),
        source=fields.source,
        url=fields.url,
        authors=fields.authors,
        language=fields.language or _DEFAULT_LANGUAGE,
    )


def clean(value: object, *, field: str) -> str:
    """Return a string without lone surrogates. Raises NotAnArticleError for anything else and for NUL."""
    if not isinstance(value, str):
        raise NotAnArticleError(f"{field} is not a string but {_kind(value)}")
    if "\0" in value:
        raise NotAnArticleError(f"binary: {field} holds NUL characters")
    return without_surrogates(value)


def _kind(value: object) -> str:
    kinds = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)


def _id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # databases export their keys as numbers
    return None if value is None else clean(value, field="id").strip() or None


def _line(given: Mapping[str, object], *keys: str) -> str | None:
    """Return the first of `keys` that says something, on one line."""
    for key in keys:
        value = _name_in(given.get(key, ""))
        if line := " ".join(clean(value, field=key).split()):
            return line
    return None


def _text(given: Mapping[str, object]) -> str | None:
    texts = [clean(given[key], field=key) for key in _TEXT_KEYS if key in given]
    return next((text for text in texts if text.strip()), texts[0] if texts else None)


def _names(value: object) -> tuple[str, ...]:
    """Read authors: one string, `;` between names, or a list of strings."""
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    strings = [clean(_name_in(one), field="authors") for one in listed if one is not None]
    names = (" ".join(name.split()) for string in strings for name in string.split(";"))
    return tuple(dict.fromkeys(name for name in names if name))


def _name_in(value: object) -> object:
    """Unwrap {"name": "Reuters"}: news services write sources and authors so."""
    if isinstance(value, dict) and "name" in value:
        return value["name"] if value["name"] is not None else ""
    return value
