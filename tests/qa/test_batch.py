"""A batch: a question a line in, a result a line out, whatever the line."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.filters import Filters
from qa.assistant import Assistant
from qa.batch import BadLineError, BatchLine, read_line, run_batch

NONE = Filters()


def echo(line: BatchLine) -> dict[str, object]:
    return {"question": line.question}


def test_a_line_may_carry_its_own_filters_and_turns() -> None:
    line = read_line(
        '{"question": "Who?", "as_of": "2023-07-16", "since": "2023-01-01", "source": "BBC", "turns": ["What?"]}',
        Filters(until=date(2023, 12, 31), source="Daily"),
    )
    assert line.turns == ("What?",)
    assert line.filters == Filters(
        since=date(2023, 1, 1), until=date(2023, 12, 31), as_of=date(2023, 7, 16), source="BBC"
    )


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", "not JSON"),
        ("Who mediated?", "not JSON"),
        ('{"question": "Who?"', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('["Who?"]', "not an object"),
        ("{}", "no question"),
        ('{"question": 7}', "no question"),
        ('{"question": "  "}', "the question is empty"),
        (json.dumps({"question": "x" * 2001}), "the question has 2,001 characters; 2,000 are the most"),
        ('{"question": "Who?", "asof": "2023-07-16"}', "unknown key 'asof'"),
        ('{"question": "Who?", "as_of": "16.7.2023"}', "as_of is not a date such as 2023-07-15"),
        ('{"question": "Who?", "since": 2023}', "since is not a date"),
        ('{"question": "Who?", "turns": "What?"}', "turns is not a list"),
        ('{"question": "Who?", "turns": [1]}', "turns is not a list"),
        ('{"question": "Who?", "source": ["BBC"]}', "source is not a name"),
        ('{"question": "Who?", "since": "2023-02-01", "until": "2023-01-01"}', "since 2023-02-01 is after"),
    ],
)
def test_a_bad_line_is_refused_with_its_fault(line: str, error: str) -> None:
    with pytest.raises(BadLineError, match=error):
        read_line(line, NONE)


def test_results_keep_the_order_and_faults_their_place() -> None:
    lines = ['{"question": "one"}', "broken", '{"question": "two"}']
    results = [(json.loads(line), fault is None) for line, fault in run_batch(lines, NONE, echo)]
    assert results == [
        ({"question": "one"}, True),
        ({"line": 2, "error": "not JSON"}, False),
        ({"question": "two"}, True),
    ]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["question", "as_of", "since", "until", "source", "turns", "other"])
LINES = st.text() | st.dictionaries(KEYS, ANY_JSON | st.just("Who?")).map(json.dumps)


@given(st.lists(LINES, max_size=5))
def test_any_line_gives_exactly_one_json_line(lines: list[str]) -> None:
    results = [line for line, _ in run_batch(lines, NONE, echo)]
    assert len(results) == len(lines)
    for number, result in enumerate(results, start=1):
        assert "\n" not in result
        read = json.loads(result)
        assert set(read) == {"question"} or read["line"] == number


@settings(deadline=None, max_examples=40)
@given(
    st.fixed_dictionaries(
        {"question": st.text(st.characters())},
        optional={
            "source": st.text(st.characters()),
            "turns": st.lists(st.text(st.characters())),
            "as_of": st.dates().map(str),
            "since": st.dates().map(str),
        },
    )
)
def test_any_well_formed_line_is_answered(samples: Assistant, record: dict[str, object]) -> None:
    def asked(line: BatchLine) -> dict[str, object]:
        return samples.ask(line.question, turns=line.turns, filters=line.filters).as_json()

    process: Callable[[BatchLine], dict[str, object]] = asked
    ((result, fault),) = run_batch([json.dumps(record)], NONE, process)
    read = json.loads(result)
    assert (fault is None) == ("outcome" in read)
    assert fault is None or read["error"] == "the question is empty"
