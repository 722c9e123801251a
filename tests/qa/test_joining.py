"""Neighbouring passages that were found are one hit, exactly as the article has them."""

from collections.abc import Callable, Mapping
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from index.passages import Span
from index.records import ArticleRecord, StoredPassage
from qa.assistant import Assistant
from qa.joining import MOST_BEHIND, MOST_JOINED, joined
from qa.retrieval import Hit

LENGTH = 10  # characters of a passage, of which the last is a space
TEXT = "".join(f"passage {i} " for i in range(10))


def hit(ordinal: int, score: float = 1.0, article: str = "a") -> Hit:
    record = ArticleRecord(article, "", None, None, None, "en", "", len(TEXT), article)
    start, end = LENGTH * ordinal, LENGTH * (ordinal + 1) - 1
    passage = StoredPassage(
        ordinal + 100 * ord(article), record, ordinal, start, end, TEXT[start:end], (Span(start, end),)
    )
    return Hit(passage, score)


def join(hits: list[Hit], limit: int = 10) -> list[Hit]:
    return list(islice(joined(hits, hits, lambda _: TEXT), limit))


def test_neighbours_that_are_nearly_as_good_are_one_hit() -> None:
    one, alone = join([hit(2), hit(5, 0.9), hit(3, 0.8), hit(1, 1 - 2 * MOST_BEHIND)])[:2]
    assert (one.passage.start, one.passage.end, one.passage.text) == (20, 39, "passage 2 passage 3")
    assert [tuple(span) for span in one.passage.sentences] == [(20, 29), (30, 39)]
    assert (one.score, one.core, one.passage.ordinal) == (1.0, (20, 29), 2)
    assert alone == hit(5, 0.9)


def test_of_two_neighbours_the_better_is_joined_first_and_a_hit_has_an_end() -> None:
    ranked = [hit(4), hit(5, 0.9), hit(6, 0.8), hit(3, 0.7), hit(2, 0.6), hit(7, 0.5)]
    first, second, third = join(ranked)
    assert MOST_JOINED == 4
    assert (first.passage.start, first.passage.end) == (30, 69)
    assert [second.passage.text, third.passage.text] == ["passage 2", "passage 7"]
    assert join(ranked, limit=1) == [first]
    assert join(ranked, limit=0) == []


def test_another_article_stands_beside_nothing() -> None:
    assert [found.passage.text for found in join([hit(2), hit(3, article="b")])] == ["passage 2", "passage 3"]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.floats(0, 3)),
        unique_by=lambda drawn: drawn[:2],
        max_size=20,
    )
)
def test_each_passage_is_in_one_hit_as_the_article_has_it(drawn: list[tuple[int, str, float]]) -> None:
    ranked = sorted((hit(n, score, article) for n, article, score in drawn), key=lambda found: -found.score)
    hits = join(ranked, limit=len(ranked))
    spans = sorted((found.passage.article.id, span) for found in hits for span in found.passage.sentences)
    assert spans == sorted((found.passage.article.id, found.core) for found in ranked)
    for found in hits:
        assert found.passage.text == TEXT[found.passage.start : found.passage.end]
        assert found.core in found.passage.sentences
        assert len(found.passage.sentences) <= MOST_JOINED
    assert [found.score for found in hits] == sorted((found.score for found in hits), reverse=True)


def test_a_search_joins_what_stands_together(over: Callable[[Mapping[str, str]], Assistant]) -> None:
    filler = "Nobody in the valley had seen such a harvest of apricots for years. " * 12
    talks = "The envoys discussed the checkpoint on the Quixby road. " * 14
    text = f"{filler}\n\n{talks}\n\n{talks.replace('discussed', 'argued about')}\n\n{filler}"
    (found, *rest) = over({"talks.txt": text}).search("What did the envoys say about the Quixby checkpoint?")
    assert found.passage.text == text[found.passage.start : found.passage.end]
    assert {"discussed", "argued"} < set(found.passage.text.split())
    assert found.passage.start <= found.core.start < found.core.end <= found.passage.end
    assert all(
        hit.passage.start >= found.passage.end or hit.passage.end <= found.passage.start for hit in rest
    )
