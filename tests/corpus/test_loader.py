"""Loading: whatever a file holds, an article or a reason comes of it, and the rest goes on."""

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.folder import SUFFIXES
from corpus.loader import FileEntry, Refusal, load_articles, read_bytes, read_file, scan

SAMPLES = Path(__file__).parents[2] / "corpus" / "articles"


def load(folder: Path, max_file_mb: float = 20) -> tuple[list[Article], list[Refusal]]:
    loaded = list(load_articles(folder, max_file_mb=max_file_mb))
    articles = [one for one in loaded if isinstance(one, Article)]
    return articles, [one for one in loaded if isinstance(one, Refusal)]


def only_refusal(folder: Path) -> Refusal:
    articles, [refusal] = load(folder)
    assert articles == []
    return refusal


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.md", b" \n\t\n", "empty"),
        ("a.md", b"---\ntitle: x\n---\n\n", "empty"),
        ("a.txt", "\u00a0\u2003".encode(), "empty"),
        ("a.txt", b"GIF89a\0\0\0\xff\xfe", "binary"),
        ("a.txt", b"\xef\xbb\xbfa\0b", "binary"),
        ("a.txt", bytes(range(128, 256)) * 20, "undecodable"),
        ("a.html", b"<html></html>", "no article text"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.jsonl.gz", b"no gzip", "gzip"),
        ("a.jsonl", b"", "empty"),
    ],
)
def test_a_file_that_is_no_article_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    refusal = only_refusal(tmp_path)
    assert refusal.path == name
    assert reason in refusal.reason


def test_a_file_over_the_limit_is_refused_and_a_record_stream_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x " * 600)
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "short"}\n' * 100)
    articles, refusals = load(tmp_path, max_file_mb=0.001)
    assert [refusal.reason for refusal in refusals] == ["over the size limit: 0.0012 MB, at most 0.001"]
    assert len(articles) == 100


def test_a_file_gone_since_the_scan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text.")
    [entry], _ = scan(tmp_path)
    (tmp_path / "a.txt").unlink()
    [refusal] = read_file(entry, max_file_mb=20)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("unreadable")


def test_a_file_that_grew_since_the_scan_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Short.")
    [entry], _ = scan(tmp_path)
    (tmp_path / "a.txt").write_text("Longer than it was. " * 100)
    data = read_bytes(entry, max_file_mb=20)
    assert data == (tmp_path / "a.txt").read_bytes()
    [article] = read_file(entry, max_file_mb=20)
    assert isinstance(article, Article)
    assert len(article.text) > 1900
    assert isinstance(next(read_file(entry, max_file_mb=0.001)), Refusal)


def test_what_was_read_already_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The text.")
    [entry], _ = scan(tmp_path)
    data = read_bytes(entry, max_file_mb=20)
    (tmp_path / "a.txt").unlink()
    [article] = read_file(entry, max_file_mb=20, data=data)
    assert isinstance(article, Article)
    assert article.text.strip() == "The text."
    assert read_bytes(entry, max_file_mb=20) is None


@pytest.mark.parametrize(("name", "max_file_mb"), [("a.jsonl", 20), ("a.txt", 0.000_001)])
def test_records_and_what_is_over_the_limit_are_not_held_whole(
    tmp_path: Path, name: str, max_file_mb: float
) -> None:
    (tmp_path / name).write_text('{"text": "first"}')
    [entry], _ = scan(tmp_path)
    assert read_bytes(entry, max_file_mb=max_file_mb) is None


def test_of_two_articles_with_one_id_the_first_in_name_order_stands(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "first"}\n{"id": "x", "text": "again"}')
    (tmp_path / "b.json").write_text('{"id": "x", "text": "second"}')
    articles, refusals = load(tmp_path)
    assert [article.text for article in articles] == ["first"]
    assert [refusal.path for refusal in refusals] == ["a.jsonl", "b.json"]
    assert all("duplicate id x: a.jsonl has it" in refusal.reason for refusal in refusals)


def test_a_gzip_cut_short_gives_its_whole_records(tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "%d"}\n' % number for number in range(5000))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-1000])
    articles, [refusal] = load(tmp_path)
    assert articles[0].id == "a.jsonl.gz#1"
    assert refusal.line == len(articles) + 1
    assert "gzip" in refusal.reason


def test_reading_is_lazy(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "first"}\nbroken\n')
    [entry], _ = scan(tmp_path)
    assert isinstance(next(read_file(entry, max_file_mb=20)), Article)


def test_an_encoding_named_by_a_page_is_used(tmp_path: Path) -> None:
    page = '<html><head><meta charset="windows-1250"></head><body><p>Ďábel říká.</p></body></html>'
    (tmp_path / "a.html").write_bytes(page.encode("cp1250"))
    [article], _ = load(tmp_path)
    assert article.text.strip() == "Ďábel říká."


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8"))))
@example(b'{"text": "\\ud800"}')
@example(b"---\na: [\n---\n")
@example(b"<html><body><p>\x00\xff")
def test_any_bytes_become_articles_or_reasons(suffix: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(gzip.compress(data) if suffix.endswith(".gz") and len(data) % 2 else data)
        read = list(read_file(FileEntry(str(path), path.name, len(data), 0, 0), max_file_mb=20))
    assert read
    for article in read:
        assert not isinstance(article, Article) or (article.text.strip() and article.title and article.digest)


def test_every_sample_article_is_dated_sourced_and_short() -> None:
    articles, refusals = load(SAMPLES)
    assert refusals == []
    assert 13 <= len(articles) <= 15
    for article in articles:
        assert article.published is not None
        assert article.source == "Sample Desk"
        assert 120 <= len(article.text.split()) <= 250


def test_the_samples_spell_the_corridor_both_ways() -> None:
    text = " ".join(article.text for article in load(SAMPLES)[0])
    assert "Lachin" in text
    assert "Laçın" in text
