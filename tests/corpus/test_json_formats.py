"""JSON documents and JSON lines: records to articles, broken ones refused with their line."""

import gzip
import io
import json

import pytest

from corpus.article import Article
from corpus.formats.json_document import read_json
from corpus.formats.json_lines import read_json_lines
from corpus.refusal import NotAnArticleError, Refusal

RECORD = {"title": "T", "text": "Text."}


def read_lines(data: bytes, limit: int = 1000) -> list[Article | Refusal]:
    return list(read_json_lines(io.BytesIO(data), name="a.jsonl", max_record_bytes=limit))


def lines_of(read: list[Article | Refusal]) -> list[int | str | None]:
    return [one.line if isinstance(one, Refusal) else one.id for one in read]


@pytest.mark.parametrize("document", [RECORD, [RECORD], {"articles": [RECORD], "total": 1}])
def test_a_document_is_a_record_or_a_list_of_them(document: object) -> None:
    [article] = read_json(json.dumps(document), name="a.json")
    assert isinstance(article, Article)
    assert (article.id, article.title, article.text) == ("a.json#1", "T", "Text.")


def test_a_record_is_known_by_id_then_url_then_place() -> None:
    records = [{**RECORD, "url": "u", "id": "i"}, {**RECORD, "url": "u"}, RECORD]
    assert lines_of(list(read_json(json.dumps(records), name="a.json"))) == ["i", "u", "a.json#3"]


def test_a_broken_record_is_refused_and_the_rest_read() -> None:
    records = [{"title": "no text"}, "no object", {"text": " "}, {"text": 5}, {"text": float("nan")}, RECORD]
    assert lines_of(list(read_json(json.dumps(records), name="a.json"))) == [1, 2, 3, 4, 5, "a.json#6"]


@pytest.mark.parametrize(
    "text", ["[" * 200_000, "1" * 10_000, '{"a":\n x}', "", "[]", '{"articles": []}', "{} {}"]
)
def test_no_json_is_refused(text: str) -> None:
    with pytest.raises(NotAnArticleError):
        list(read_json(text, name="a.json"))


def test_escaped_surrogates_are_replaced_and_pairs_are_not() -> None:
    [article] = read_json(r'{"text": "a \ud83d\ude00 b \ud800 c", "id": "\udfff"}', name="a.json")
    assert isinstance(article, Article)
    assert (article.id, article.text) == ("\ufffd", "a 😀 b \ufffd c")


def test_lines_are_counted_from_one_blank_ones_included() -> None:
    data = b'\xef\xbb\xbf{"text": "a"}\r\n\n  \n{"text": "b"}\nbroken\n{"text": "c"}'
    assert lines_of(read_lines(data)) == ["a.jsonl#1", "a.jsonl#4", 5, "a.jsonl#6"]


@pytest.mark.parametrize(
    "line", [b"[" * 900, b"1" * 999, b"\xff\xfe", b'"x"', b'{"text": "a\\u0000"}', b"NaN"]
)
def test_a_broken_line_does_not_stop_the_rest(line: bytes) -> None:
    assert lines_of(read_lines(line + b'\n{"text": "b"}\n')) == [1, "a.jsonl#2"]


def test_a_record_over_the_limit_is_refused_and_the_rest_read() -> None:
    long = json.dumps({"text": "x" * 3000}).encode()
    assert lines_of(read_lines(b'{"text": "a"}\n' + long + b'\n{"text": "c"}\n')) == [
        "a.jsonl#1",
        2,
        "a.jsonl#3",
    ]


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(b'{"text": "a"}\n' + b"x" * 10_000_000)
    with gzip.open(io.BytesIO(bomb)) as stream:
        read = list(read_json_lines(stream, name="a.jsonl.gz", max_record_bytes=1000))
        assert stream.tell() < 200_000
    assert lines_of(read) == ["a.jsonl.gz#1", 2]


def test_truncated_gzip_is_refused_after_what_could_be_read() -> None:
    packed = gzip.compress(b'{"text": "a"}\n' * 3 + bytes(range(33, 127)) * 100)[:-40]
    with gzip.open(io.BytesIO(packed)) as stream:
        read = list(read_json_lines(stream, name="a.jsonl.gz", max_record_bytes=1000))
    assert isinstance(read[-1], Refusal)
    assert "gzip" in read[-1].reason


def test_gzip_with_a_wrong_checksum_is_refused_after_its_records() -> None:
    packed = bytearray(gzip.compress(b'{"text": "a"}\n' * 3))
    packed[-8] ^= 1
    with gzip.open(io.BytesIO(packed)) as stream:
        read = list(read_json_lines(stream, name="a.jsonl.gz", max_record_bytes=1000))
    assert lines_of(read) == ["a.jsonl.gz#1", "a.jsonl.gz#2", "a.jsonl.gz#3", 4]
    assert isinstance(read[-1], Refusal)
    assert read[-1].reason.startswith("broken gzip: CRC check failed")


@pytest.mark.parametrize("data", [b"", b"\n", b"\n \r\n\n"])
def test_no_lines_but_blank_ones_are_refused_as_empty(data: bytes) -> None:
    assert read_lines(data) == [Refusal("a.jsonl", None, "empty")]
