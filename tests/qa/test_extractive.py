"""An answer is a few of the articles' own sentences, the best first, none said twice, each with its marker."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from index.analysis import stems
from index.filters import Filters
from qa.answer import Answer, Mode, Outcome
from qa.assistant import Assistant
from qa.evidence import NEAR_REPEAT
from qa.kinds import numbers
from qa.retrieval import overlap
from tests.qa.assistants import assistant_over, dated, write_articles
from tests.qa.sample_questions import ANSWERABLE


@pytest.fixture(scope="module")
def answers(samples: Assistant) -> list[Answer]:
    """The answers to all answerable questions of the list."""
    return [samples.ask(question) for question, _ in ANSWERABLE]


def test_markers_count_from_one_in_order_of_use(answers: list[Answer]) -> None:
    for answer in answers:
        assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        used = [marker for sentence in answer.sentences for marker in sentence.markers]
        assert list(dict.fromkeys(used)) == [citation.marker for citation in answer.citations]
        assert answer.text.count("[1]") == 1


def test_no_sentence_nearly_repeats_another_unless_its_figures_differ(answers: list[Answer]) -> None:
    for answer in answers:
        for i, one in enumerate(answer.citations):
            for other in answer.citations[:i]:
                alike = overlap(frozenset(stems(one.quote)), frozenset(stems(other.quote)))
                retold = one.article != other.article and numbers(one.quote) != numbers(other.quote)
                assert alike < NEAR_REPEAT or retold


def test_an_answer_has_one_to_four_sentences(answers: list[Answer]) -> None:
    assert all(1 <= len(answer.sentences) <= 4 for answer in answers if answer.outcome is Outcome.ANSWERED)
    assert all(answer.mode is Mode.EXTRACTIVE for answer in answers)


@pytest.mark.parametrize("question", [question for question, _ in ANSWERABLE[:6]])
def test_sentences_stand_in_the_order_of_their_evidence_the_best_first(
    samples: Assistant, question: str
) -> None:
    with samples.live.reader() as reader:
        answer, evidence = samples.extract(question, question, Filters(), reader)
    ranks = {
        (item.passage.article.id, item.span.start): rank for rank, item in reversed([*enumerate(evidence)])
    }
    shown = [ranks[citation.article, citation.start] for citation in answer.citations]
    assert shown[0] == 0
    assert all(one < other for one, other in pairwise(shown))


@pytest.mark.parametrize("most", [1, 2])
def test_the_limit_of_sentences_is_kept(tmp_path: Path, samples: Assistant, most: int) -> None:
    folder = samples.settings.articles_dir
    with assistant_over(folder, tmp_path / "store", max_sentences=most) as assistant:
        answer = assistant.ask("Which wars were fought over Nagorno-Karabakh?")
    assert len(answer.sentences) == most


def test_below_the_confidence_asked_for_all_is_refused_and_offered_as_nearest(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", {"a.txt": "Charles Michel mediated the talks in Brussels on Saturday."})
    with assistant_over(tmp_path / "news", tmp_path / "store", refuse_below=1.0) as assistant:
        answer = assistant.ask("Who mediated the talks?")
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert answer.nearest[0].quote.startswith("Charles Michel")
    assert answer.reason
    assert "no article mentions" not in answer.reason


@pytest.fixture(scope="module")
def wire(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over one report that two papers print, and a third that counts otherwise."""
    report = "Some 500 farmers marched to the harbour of Visby on Monday."
    return over(
        {
            "a.md": dated("March", report, source="Daily"),
            "b.md": dated("March", report, source="Kurier"),
            "c.md": dated(
                "March", "About 800 farmers marched to the harbour of Visby on Monday.", source="Post"
            ),
        }
    )


def test_a_wire_report_is_quoted_once_and_another_count_beside_it(wire: Assistant) -> None:
    answer = wire.ask("How many farmers marched to the harbour?")
    assert sorted(figure for s in answer.sentences for figure in numbers(s.text)) == ["500", "800"]


def test_nearest_coverage_is_one_sentence_a_story_and_at_most_three(samples: Assistant) -> None:
    answer = samples.ask("Which bank financed the Lachin corridor?")
    articles = [citation.article for citation in answer.nearest]
    assert 1 <= len(articles) == len(set(articles)) <= 3
    assert [citation.marker for citation in answer.nearest] == list(range(1, len(articles) + 1))
