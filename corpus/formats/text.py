"""Plain text and Markdown: the text is the file itself, or what follows its front matter."""

import re
from dataclasses import replace

from corpus.article import Article
from corpus.dates import date_from_name
from corpus.encoding import without_surrogates
from corpus.fields import Fields, article_from, read_fields
from corpus.refusal import NotAnArticleError

# A `---` at the start may also be a rule above a text: front matter begins with a key.
_MARK, _FIELD = r"---[ \t]*", r"(?:[ \t]*(?:#[^\n]*)?\n)*[\w-]+[ \t]*:"
_FRONT_MATTER = re.compile(rf"{_MARK}\n(?={_FIELD})(.*?\n){_MARK}(?:\n|\Z)", re.DOTALL)
_OPENING = re.compile(rf"{_MARK}\n{_FIELD}(?=[ \t\n])")
_LONGEST_FRONT_MATTER_CHARS = 64_000  # the YAML reader takes a second for as much
_NO_FIELDS = read_fields({})
_NULLS = {"", "~", "null", "Null", "NULL"}


def read_text(text: str, *, name: str) -> Article:
    """Read one decoded file; `name` is its path below the articles folder, and becomes the id.

    Raises NotAnArticleError for a text without words and for front matter that is no YAML or has no end.
    """
    text = without_surrogates(text.replace("\r\n", "\n").replace("\r", "\n"))
    match = _FRONT_MATTER.match(text)
    if match is None and _OPENING.match(text):
        raise NotAnArticleError("front matter has no end: no line `---` follows it", line=1)
    fields = _front_matter(match[1]) if match else None
    if match is None or fields is None:
        fields, body = _NO_FIELDS, text
    else:
        body = text[match.end() :].lstrip("\n")
    fields = replace(fields, published=fields.published or date_from_name(name))
    return article_from(fields, article_id=name, text=body)


def _front_matter(block: str) -> Fields | None:
    """Read a block of YAML; None if it is no mapping and so belongs to the text."""
    from frontmatter.default_handlers import YAMLHandler
    from yaml import BaseLoader, YAMLError  # type: ignore[import-untyped]  # no stubs

    if len(block) > _LONGEST_FRONT_MATTER_CHARS:
        raise NotAnArticleError(
            f"front matter is longer than {_LONGEST_FRONT_MATTER_CHARS:,} characters", line=1
        )
    try:
        # Not CBaseLoader, seven times as fast: brackets nested 60,000 deep end the whole process.
        # BaseLoader leaves scalars strings: `title: No` stays "No", `published: 2023-02-30` does not raise.
        loaded = YAMLHandler().load(block, Loader=BaseLoader)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1  # the mark counts from 0, below the opening line
        raise NotAnArticleError(
            f"front matter is not YAML: {getattr(error, 'problem', error)}", line=line
        ) from error
    except (ValueError, RecursionError) as error:
        raise NotAnArticleError(f"front matter is not YAML: {error}", line=1) from error
    if not isinstance(loaded, dict):
        return None
    return read_fields({key: value for key, value in loaded.items() if not _is_null(value)})


def _is_null(value: object) -> bool:
    return isinstance(value, str) and value in _NULLS
