"""A search finds by BM25, filtered, ties by id."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from index.analysis import stems
from index.filters import Filters
from index.lexical import LexicalEntry, LexicalReader, LexicalWriter, WeightedPhrase, WeightedTerm, clone

NONE = Filters()


ENTRIES = [
    LexicalEntry(
        1,
        "Corridor closed",
        "Azerbaijan closed it on Tuesday.",
        "Azerbaijan Tuesday",
        date(2023, 7, 11),
        "BBC",
    ),
    LexicalEntry(
        2, "Talks", "The corridor was closed again in Laçın.", "Laçın", date(2023, 7, 15), "Sample Desk"
    ),
    LexicalEntry(3, "Undated", "A closed corridor.", "", None, None),
    LexicalEntry(4, "Undated", "A closed corridor.", "", None, None),
]


@pytest.fixture
def reader(tmp_path: Path) -> LexicalReader:
    writer = LexicalWriter(tmp_path / "lexical")
    writer.add(ENTRIES)
    assert writer.finish() == 4
    return LexicalReader(tmp_path / "lexical")


def found(reader: LexicalReader, filters: Filters = NONE, *, query: str = "corridor") -> list[int]:
    hits = reader.search([WeightedTerm(stem) for stem in stems(query)], [], filters, 10)
    return [hit.passage for hit in hits]


def test_title_counts_more_than_text_and_ties_go_by_id(reader: LexicalReader) -> None:
    assert found(reader) == [1, 3, 4, 2]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since=date(2023, 7, 12)), [2]),
        (Filters(until=date(2023, 7, 12)), [1]),
        (Filters(as_of=date(2023, 7, 12)), [1, 3, 4]),
        (Filters(since=date(2023, 7, 11), until=date(2023, 7, 15)), [1, 2]),
        (Filters(source="bbc"), [1]),
        (Filters(source="sample desk", as_of=date(2023, 7, 14)), []),
    ],
)
def test_filters_keep_what_they_say(reader: LexicalReader, filters: Filters, expected: list[int]) -> None:
    assert found(reader, filters) == expected


@pytest.mark.parametrize("days", [1, 20, 200, 380, 400], ids=lambda days: f"{days} days")
@pytest.mark.parametrize("end", ["since", "as_of"])
def test_a_window_of_days_lets_the_same_through_however_many_are_asked_for_first(
    tmp_path: Path, days: int, end: str
) -> None:
    first = date(2023, 1, 1)
    writer = LexicalWriter(tmp_path / "lexical")
    writer.add(
        LexicalEntry(i, "", "corridor " * (i % 7 + 1) + "road " * (i % 3), "", first + timedelta(i), None)
        for i in range(400)
    )
    writer.finish()
    reader = LexicalReader(tmp_path / "lexical")
    last = first + timedelta(days - 1)
    filters = Filters(as_of=last) if end == "as_of" else Filters(since=first + timedelta(400 - days))
    within = range(days) if end == "as_of" else range(400 - days, 400)
    terms = [WeightedTerm("corridor"), WeightedTerm("road", 0.5)]

    everything = reader.search(terms, [], NONE, 1000)

    assert len(everything) == 400
    expected = [hit for hit in everything if hit.passage in within]
    shares = (0.0, days / 400, 1.0)  # whichever is expected
    for limit, share in product((1, 5, 40, 400), shares):
        found = reader.search(terms, [], filters, limit, share=share)
        assert [hit.passage for hit in found] == [hit.passage for hit in expected[:limit]]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected[:limit]])


def test_filters_do_not_move_scores(reader: LexicalReader) -> None:
    terms = [WeightedTerm("corridor")]
    (filtered,) = reader.search(terms, [], Filters(source="BBC"), 10)
    assert filtered == reader.search(terms, [], NONE, 10)[0]


def test_phrase_needs_its_order(reader: LexicalReader) -> None:
    hits = reader.search([], [WeightedPhrase(("close", "corridor"))], NONE, 10)
    assert [hit.passage for hit in hits] == [3, 4]
    one = reader.search([], [WeightedPhrase(("tuesday",))], NONE, 10)
    assert [hit.passage for hit in one] == [1]


def test_weight_multiplies_the_score(reader: LexicalReader) -> None:
    single = reader.search([WeightedTerm("tuesday")], [], NONE, 1)[0].score
    double = reader.search([WeightedTerm("tuesday", 2.0)], [], NONE, 1)[0].score
    assert double == pytest.approx(2 * single)


def test_nothing_asked_finds_nothing(reader: LexicalReader) -> None:
    assert reader.search([], [WeightedPhrase(())], NONE, 10) == []
    assert reader.search([WeightedTerm("corridor")], [], NONE, 0) == []


def test_removed_passages_count_nowhere(reader: LexicalReader, tmp_path: Path) -> None:
    clone(tmp_path / "lexical", tmp_path / "next")
    writer = LexicalWriter(tmp_path / "next")
    writer.remove([2, 3])
    assert writer.finish() == 2
    after = LexicalReader(tmp_path / "next")
    assert found(after) == [1, 4]
    assert after.document_frequency("corridor") == 2
    assert after.names("laci") == []
    assert found(reader) == [1, 3, 4, 2]


def test_frequency_is_the_same_by_lists_as_by_a_search(
    reader: LexicalReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {stem for entry in ENTRIES for stem in stems(f"{entry.title} {entry.text}")} | {"canberra", ""}
    by_lists = {stem: reader.document_frequency(stem) for stem in asked}
    monkeypatch.setattr(reader, "_has_removed", True)
    assert {stem: reader.document_frequency(stem) for stem in asked} == by_lists
    assert by_lists["corridor"] == 4


def test_frequency_counts_title_or_text_once(reader: LexicalReader) -> None:
    assert (reader.document_frequency("corridor"), reader.document_frequency("canberra")) == (4, 0)


def test_names_are_folded(reader: LexicalReader) -> None:
    assert reader.names("la") == [("lacin", 1)]
    assert (reader.name_frequency("azerbaijan"), reader.name_frequency("corridor")) == (1, 0)


def test_missing_index_is_not_made_by_reading(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"meta\.json is missing"):
        LexicalReader(tmp_path / "empty")
