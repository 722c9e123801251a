"""Assistants over real indexes of real folders, and what the tests read the articles with, index aside."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from corpus.article import Article
from corpus.loader import load_articles
from index.sync import sync
from qa.answer import Answer
from qa.assistant import Assistant
from qa.indexing import open_index
from qa.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "corpus" / "articles"
SHARED = ROOT.parent / "shared" / "data"
TODAY = date(2023, 7, 17)  # the day after the last sample article


@contextmanager
def assistant_over(folder: Path, store: Path, **flags: object) -> Iterator[Assistant]:
    """Index a folder and open an assistant on it; the clock stands at `TODAY`."""
    settings = Settings.load({}, dotenv=None, articles_dir=folder, index_dir=store, **flags)
    sync(settings.articles_dir, settings.store, settings.index_config)
    with open_index(settings) as live:
        yield Assistant(live, settings, today=lambda: TODAY)


def write_articles(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write files of articles, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def dated(title: str, text: str, *, published: str | None = None, source: str | None = None) -> str:
    """Return the text of a .md file with front matter."""
    fields = {"title": title, "published": published, "source": source}
    head = "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
    return f"---\n{head}\n---\n{text}\n"


def articles_of(folder: Path) -> dict[str, Article]:
    """Read a folder's articles by id, without any index."""
    read = load_articles(folder, max_file_mb=20)
    return {article.id: article for article in read if isinstance(article, Article)}


def folded_words(text: str) -> set[str]:
    """Return the words of a text without case and accents, by means of this file's own; U.S. and 6,000 are one."""
    text = re.sub(r"\b([A-Z])\.(?=[A-Z]\.)", r"\1", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i"))
    return set(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)).lower()))


def claimed_absent(answer: Answer) -> list[str]:
    """Return the words of which the reason says that no article mentions them."""
    reason = answer.reason or ""
    return re.findall(r'"([^"]+)"', reason) if reason.startswith("no article mentions") else []


def assert_stands(answer: Answer, articles: Mapping[str, Article]) -> None:
    """Check that what an answer quotes and claims is, to the character, what the articles say."""
    for citation in (*answer.citations, *answer.nearest):
        article = articles[citation.article]
        assert article.text[citation.start : citation.end] == citation.quote != ""
        assert article.digest == citation.digest
    by_marker = {citation.marker: citation for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.verified
        assert sentence.markers
        shown = sentence.text
        for words in sentence.additions:
            assert f" [{words}]" in shown
            shown = shown.replace(f" [{words}]", "", 1)
        assert all(by_marker[m].quote.split() == shown.split() for m in sentence.markers)
    said = set().union(*(folded_words(f"{a.title} {a.text}") for a in articles.values()))
    for word in claimed_absent(answer):
        assert not folded_words(word) & said
