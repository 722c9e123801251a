"""A web page: its article without menus and footers, and the metadata that the page declares."""

import re
from datetime import date
from typing import Any

from corpus.article import Article
from corpus.dates import date_from_field, date_from_name
from corpus.fields import article_from, read_fields
from corpus.refusal import NotAnArticleError

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,60})"')
_META_DATES = (  # the surest first
    *("article:published_time", "og:published_time", "datepublished", "parsely-pub-date"),
    *("date", "pubdate", "publishdate", "publish-date", "publish_date", "published"),
    *("dc.date", "dc.date.issued", "dcterms.date", "dcterms.created", "citation_publication_date"),
)
_HEAD_CHARS = 4096  # where browsers look for the encoding, four times over
# Finding the article among menus takes time quadratic in the tags: some 5 s of so many. Of more, all paragraphs count.
MOST_SIFTED, MOST_TAGS = 20_000, 100_000


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that the page's head names."""
    match = _CHARSET.search(data[:_HEAD_CHARS])
    return match[1].decode("ascii", "ignore") if match else None


def read_html(page: str, *, name: str) -> Article:
    """Read one decoded page; `name` becomes the id. Raises NotAnArticleError where it finds no text."""
    tags = page.count("<")
    if tags > MOST_TAGS:
        raise NotAnArticleError(f"the page has {tags:,} tags; an article's has {MOST_TAGS:,} at most")
    try:
        metadata, text = _extract(page, is_sifted=tags <= MOST_SIFTED)
    except Exception as error:  # lxml and the parsers upon it are fed anything: no list of errors holds
        raise NotAnArticleError(f"the page cannot be read: {type(error).__name__}: {error}") from error
    if not any(map(str.isalnum, text)):
        raise NotAnArticleError("empty: no article text was found in the page")
    fields = read_fields({**metadata, "published": metadata["published"] or date_from_name(name)})
    return article_from(fields, article_id=name, text=text)


def _extract(page: str, *, is_sifted: bool) -> tuple[dict[str, object], str]:
    import trafilatura

    tree = trafilatura.load_html(page)
    if tree is None:  # it takes a short fragment for no page
        page = f"<html><body>{page}</body></html>"
        tree = trafilatura.load_html(page)
    if tree is None:
        return {"published": None}, ""
    language = _LANGUAGE.search(page[:_HEAD_CHARS])
    found: Any = (
        trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
        if is_sifted
        else trafilatura.extract_metadata(tree)
    )
    text = (found and found.text) or trafilatura.baseline(page)[1]  # pages of a sentence or two
    metadata: dict[str, object] = {
        "title": getattr(found, "title", None),
        "url": getattr(found, "url", None),
        "source": getattr(found, "sitename", None),
        "author": getattr(found, "author", None),
        "language": language[1].lower() if language else None,
        "published": _declared_date(tree, page),
    }
    return metadata, text


def _declared_date(tree: Any, page: str) -> date | None:
    """Return the date that the markup of `tree`, an untyped lxml element, declares.

    Not trafilatura's: where markup is silent it takes any date in the page, such as a footer's.
    """
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        metas.setdefault(key.lower(), meta.get("content") or "")
    declared = [metas[key] for key in _META_DATES if key in metas] + _JSON_LD_DATE.findall(page)
    times = [time.get("datetime") or "" for time in tree.iter("time")]
    if len({moment[:10] for moment in times}) == 1:  # several are as likely those of other articles
        declared += times
    return next((found for found in map(date_from_field, declared) if found), None)
