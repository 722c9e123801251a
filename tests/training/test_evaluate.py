"""The figures of evaluation, against naive versions."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from qa.reader import Window
from training.candidates import Candidates
from training.evaluate import mixed, ordered, separation


def naive_auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    pairs = [
        1.0 if p > n else 0.5 if p == n else 0.0
        for p, is_yes in zip(scores, positive, strict=True)
        if is_yes
        for n, other in zip(scores, positive, strict=True)
        if not other
    ]
    return sum(pairs) / len(pairs)


def naive_j(scores: Sequence[float], positive: Sequence[bool]) -> float:
    def j(cut: float) -> float:
        told = [(score >= cut, yes) for score, yes in zip(scores, positive, strict=True)]
        yes = [said for said, is_yes in told if is_yes]
        no = [said for said, is_yes in told if not is_yes]
        return sum(yes) / len(yes) - sum(no) / len(no)

    return max(j(cut) for cut in scores)


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2).filter(
        lambda p: len({y for _, y in p}) == 2
    )
)
def test_separation_equals_its_definition(pairs: list[tuple[int, bool]]) -> None:
    scores, positive = [float(score) for score, _ in pairs], [yes for _, yes in pairs]
    told = separation(scores, positive)
    assert abs(told.auroc - naive_auroc(scores, positive)) < 1e-9
    assert abs(told.best_j - naive_j(scores, positive)) < 1e-9


def test_a_share_of_the_odds_decides_the_order() -> None:
    found = Candidates(
        (Window("", ("a", "b")), Window("", ("c",))), ("x", "y"), ((0.9, 0.5), (0.8,)), 0.5, 0.5
    )
    odds = [(-2.0, 1.0), (0.0,)]
    assert ordered(found, odds, mixed(0.0)) == ["a", "c", "b"]
    assert ordered(found, odds, mixed(float("inf"))) == ["b", "c", "a"]
    assert ordered(found, odds, mixed(0.2)) == ["c", "b", "a"]
