"""No story fills the list, none is told twice; filters, spellings and decoys through a real index."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import stems
from index.filters import Filters
from index.passages import Span
from index.reader import IndexReader
from index.records import ArticleRecord, StoredPassage
from qa.assistant import Assistant
from qa.dates import NEW_RARE, NEW_WANTED, weight_of_newness
from qa.retrieval import (
    DISTINCT_STORIES,
    PASSAGES_AN_ARTICLE,
    SAME_WORDING,
    Hit,
    distinct,
    hits_json,
    overlap,
    spread,
)
from qa.terms import ENOUGH_PASSAGES, idf, idf_in_english, share_of_passages, stems_of_passage
from tests.qa.assistants import TODAY, assistant_over, dated, write_articles


def test_the_top_of_the_list_tells_different_stories_and_no_article_fills_it() -> None:
    wordy = [hit(i, f"text {i}", article="wordy") for i in range(5)]
    others = [hit(10 + i, f"text {10 + i}") for i in range(DISTINCT_STORIES)]
    ranked = [*wordy[:3], *others, *wordy[3:]]
    top, rest = [wordy[0], *others[: DISTINCT_STORIES - 1]], [others[-1], *wordy[2:]]
    assert PASSAGES_AN_ARTICLE == 2
    assert spread(ranked) == [*top, wordy[1], *rest]


def test_copies_of_a_story_share_its_place_at_the_top() -> None:
    copies = [hit(i, f"text {i}", article=f"copy{i}", story="one") for i in range(3)]
    other = hit(9, "text 9")
    assert spread([*copies, other]) == [copies[0], other, *copies[1:]]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), max_size=12))
def test_spreading_loses_nothing_and_keeps_the_first(kinds: list[tuple[str, str]]) -> None:
    hits = [hit(i, "text", article=article, story=story) for i, (article, story) in enumerate(kinds)]
    assert sorted(spread(hits), key=lambda h: h.passage.id) == hits
    assert spread(hits)[:1] == hits[:1]


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_rarer_word_tells_more(one: int, other: int) -> None:
    rarer, commoner = sorted((one, other))
    assert idf(rarer, 1000) >= idf(commoner, 1000) > 0


def test_some_hundred_passages_do_not_tell_which_words_are_common() -> None:
    for total in (20, ENOUGH_PASSAGES, 3 * ENOUGH_PASSAGES):  # too few to say anything else, and enough
        assert idf_in_english("report", 5, total) == idf_in_english("Quixby", 5, total) == idf(5, total)
    assert idf_in_english("report", 5, 1000) < 0.7 * idf_in_english("Quixby", 5, 1000)
    ranked = [share_of_passages(word) for word in ("the", "people", "report", "checkpoint")]
    assert ranked == sorted(ranked, reverse=True)
    assert 0.5 < ranked[0] < 1
    assert share_of_passages("Quixby") == share_of_passages("<s>") == 0.0


def hit(number: int, text: str, score: float = 1.0, article: str = "", story: str = "") -> Hit:
    article = article or f"{number}.txt"
    record = ArticleRecord(article, "", None, None, None, "en", "", len(text), story or article)
    return Hit(StoredPassage(number, record, 0, 0, len(text), text, (Span(0, len(text)),)), score)


def test_of_two_passages_that_say_the_same_the_better_is_kept() -> None:
    wire = hit(1, "The leaders met in Brussels on Saturday.")
    copy = hit(2, "The leaders met in Brussels on Saturday!")
    other = hit(3, "The corridor was closed.")
    assert distinct([wire, copy, other], 10) == [wire, other]
    assert distinct([wire, copy, other], 1) == [wire]


@given(st.lists(st.lists(st.sampled_from("alpha beta gamma delta".split())).map(" ".join)), st.integers(0, 5))
def test_no_two_kept_passages_say_the_same(texts: list[str], limit: int) -> None:
    kept = distinct([hit(i, text) for i, text in enumerate(texts)], limit)
    wordings = [frozenset(item.passage.text.split()) for item in kept]
    assert len(kept) <= limit
    assert all(overlap(a, b) < SAME_WORDING for i, a in enumerate(wordings) for b in wordings[:i])


def test_hits_are_written_as_the_contract_says() -> None:
    (written,) = hits_json([hit(7, "Text.", 0.5)])
    assert written == {
        "rank": 1,
        "score": 0.5,
        "article": "7.txt",
        "title": "",
        "published": None,
        "source": None,
        "start": 0,
        "end": 5,
        "text": "Text.",
    }


NEWS = {
    "old.md": dated("Summit", "The summit in Geneva chose Anna.", published="2020-01-10", source="Daily"),
    "new.md": dated("Summit", "The summit in Vienna chose Bertha.", published="2023-06-01", source="Kurier"),
    "decoy.md": dated("Summit", "The summit in Oslo chose Clara.", published="2023-07-01", source="daily"),
    "undated.md": dated("Summit", "The summit in Lisbon chose Dora.", source="Süd Zeitung"),
    "lacin.txt": "Azerbaijan closed the Laçın road. The host opened the door.",
}
ALL = {"old.md", "new.md", "decoy.md", "undated.md"}


@pytest.fixture(scope="module")
def news(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over four summits, dated and not, and a road."""
    return over(NEWS)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ALL),
        (Filters(since=date(2023, 6, 1)), {"new.md", "decoy.md"}),
        (Filters(until=date(2023, 6, 1)), {"old.md", "new.md"}),
        (Filters(since=date(2023, 6, 1), until=date(2023, 6, 30)), {"new.md"}),
        (Filters(as_of=date(2023, 6, 30)), {"old.md", "new.md", "undated.md"}),
        (Filters(as_of=date(2023, 6, 30), since=date(2021, 1, 1)), {"new.md"}),
        (Filters(source="DAILY"), {"old.md", "decoy.md"}),
        (Filters(source="sud zeitung"), {"undated.md"}),
        (Filters(source="Dai"), set()),
        (Filters(source="Kurier", until=date(2020, 12, 31)), set()),
    ],
)
def test_filters_hold_for_all_that_is_found(news: Assistant, filters: Filters, found: set[str]) -> None:
    hits = news.search("Whom did the summit choose?", filters=filters)
    assert {hit.passage.article.id for hit in hits} - {"lacin.txt"} == found
    assert filters == Filters() or found == {hit.passage.article.id for hit in hits} - {"lacin.txt"}


def test_an_answer_as_of_a_day_quotes_nothing_dated_after_it(news: Assistant) -> None:
    answer = news.ask("Whom did the summit in Vienna choose?", filters=Filters(as_of=date(2023, 6, 30)))
    assert answer.as_of == date(2023, 6, 30)
    assert answer.citations
    assert "decoy.md" not in {citation.article for citation in (*answer.citations, *answer.nearest)}


def test_the_newest_of_equals_comes_first(news: Assistant) -> None:
    assert news.search("Whom did the summit choose?")[0].passage.article.id == "decoy.md"
    as_of = Filters(as_of=date(2020, 1, 12))
    assert news.search("Whom did the summit choose?", filters=as_of)[0].passage.article.id == "old.md"


def test_being_new_tells_more_the_fewer_articles_are(over: Callable[[Mapping[str, str]], Assistant]) -> None:
    old = {f"old{i}.md": dated(f"Match {i}", f"Team {i} won.", published="2021-05-05") for i in range(30)}
    new = {f"new{i}.md": dated(f"Game {i}", f"Side {i} won.", published="2023-07-12") for i in range(3)}
    with over({**old, **new}).live.reader() as many, over(new).live.reader() as few:
        assert weight_of_newness(TODAY, few) == NEW_WANTED  # all are new
        assert weight_of_newness(TODAY, many) == pytest.approx(NEW_WANTED + NEW_RARE * math.log(33 / 3))
        assert weight_of_newness(date.min, many) > weight_of_newness(TODAY, many)  # none is


def test_a_passage_has_the_stems_of_its_sentences(samples: Assistant) -> None:
    with samples.live.reader() as reader:
        passages = [p for record in reader.articles() for p in reader.article_passages(record.id)]
    assert len(passages) >= 15
    for passage in passages:
        assert stems_of_passage(passage) == frozenset(stems(passage.text))
    assert stems_of_passage(replace(passages[0], sentences=())) == stems_of_passage(passages[0])


def test_cost_does_not_find_host(news: Assistant) -> None:
    answer = news.ask("What did the door cost?")
    assert answer.reason == 'no article mentions "cost"'


def test_a_misspelt_word_is_found_and_the_spelling_named(samples: Assistant) -> None:
    answer = samples.ask("Who closed the Lachin coridor?")
    assert "Azerbaijan closed" in answer.text
    assert 'no article writes "coridor"; closest spelling: "corridor"' in answer.notes
    assert '"coridor"' not in (samples.ask("Who painted the coridor?").reason or "")
    assert samples.ask("Who closed the Lachin corridor?").notes == ()


def test_an_english_word_is_no_misspelt_name(tmp_path: Path) -> None:
    texts = {"states.txt": "The Baltic States met in Riga. Riga is the capital of Latvia."}
    with assistant_over(write_articles(tmp_path / "articles", texts), tmp_path / "index") as assistant:
        answer = assistant.ask("What is the status of Riga?")
    assert not any("States" in note for note in answer.notes)


def test_a_name_in_another_spelling_is_found_and_the_spelling_named(news: Assistant) -> None:
    answer = news.ask("Who closed the Lachin road?")
    assert answer.citations[0].article == "lacin.txt"
    assert 'no article writes "Lachin"' in answer.notes[0]
    assert news.ask("Who closed the Laçın road?").notes == ()


def test_a_name_one_letter_off_is_not_another_name(news: Assistant) -> None:
    answer = news.ask("What did the summit in Visby decide?")
    assert '"Visby"' in (answer.reason or "")


def test_search_ranks_from_the_best_score_and_keeps_to_its_limit(news: Assistant) -> None:
    hits = news.search("summit", limit=3)
    assert len(hits) == 3
    assert hits[0].score == max(item.score for item in hits)


def test_text_is_read_only_of_what_is_worth_it(news: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = IndexReader.passages

    def passages(reader: IndexReader, ids: Sequence[int]) -> list[StoredPassage]:
        read.append(len(ids))
        return real(reader, ids)

    monkeypatch.setattr(IndexReader, "passages", passages)
    monkeypatch.setattr("qa.retrieval.RANKED", 2)
    assert len(news.search("What did the council decide?", limit=1)) == 1
    assert read == [2]


@pytest.mark.parametrize("question", ["", " ", "?!", "\u200b", "😀"])
def test_a_question_without_words_finds_nothing(news: Assistant, question: str) -> None:
    assert news.search(question) == ()
    assert news.ask(question).reason == "the question holds no word to look for"
