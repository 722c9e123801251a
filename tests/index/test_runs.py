"""Equal runs of characters have equal hashes wherever they stand, and others do not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.runs import codes_of, inverses, mix, sums_to
from tests.strategies import texts


@given(st.lists(texts(), min_size=1, max_size=8))
def test_runs_are_equal_where_their_hashes_are(runs: list[str]) -> None:
    codes = codes_of("".join(runs))
    ends = np.cumsum([len(run) for run in runs])
    starts = np.concatenate(([0], ends[:-1]))
    sums = sums_to(codes)
    hashes = mix((sums[ends] - sums[starts]) * inverses(len(codes) + 1)[starts]).tolist()
    equal = [[one == other for other in runs] for one in runs]
    assert [[one == other for other in hashes] for one in hashes] == equal
