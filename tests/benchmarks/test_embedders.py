"""The comparison of embedders: an exact arm in the index's place, nothing later than asked, costs told."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.data import Choice
from benchmarks.embedders import EMBEDDERS, ExactArm, read_passages, run_embedders
from benchmarks.pipeline import assistant_over
from benchmarks.report import tables
from benchmarks.runs import Options
from index.embedding import load_embedder
from index.filters import Filters
from qa.assistant import Assistant
from tests.benchmarks.others_data import NEWS, write


def news() -> Iterator[dict[str, str]]:
    yield from ({**record, "id": record["url"]} for record in NEWS)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with assistant_over(news, tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture(scope="module")
def arm(assistant: Assistant) -> ExactArm:
    embedder = load_embedder(assistant.settings.index_config)
    passages = read_passages(assistant)
    return ExactArm(embedder, embedder.embed_documents(passages.texts), passages)


def test_the_exact_arm_finds_what_the_index_s_own_finds(assistant: Assistant, arm: ExactArm) -> None:
    asked = "the ferry Halcyon at Vela"
    with assistant.live.reader() as reader:
        theirs = reader.search_vectors(asked, filters=Filters(), limit=3)
    ours = arm.nearest(asked, Filters(), 3)
    assert [hit.passage for hit in ours] == [hit.passage for hit in theirs]
    assert np.allclose([hit.score for hit in ours], [hit.score for hit in theirs], atol=1e-4)


def test_nothing_later_than_asked_is_near(arm: ExactArm) -> None:
    from datetime import date

    found = arm.search("the ferry Halcyon at Vela", date(2021, 12, 31))
    assert [hit.article for hit in found] == ["https://example.org/old-ferry"]


def test_each_embedder_has_its_figures_and_costs(tmp_path: Path) -> None:
    options = Options(write(tmp_path / "data"), tmp_path / "work", Choice())
    row = run_embedders(options)
    assert list(row["embedders"]) == list(EMBEDDERS)
    sizes = [figures["mb"] for figures in row["embedders"].values()]
    assert sizes == sorted(sizes)
    for figures in row["embedders"].values():
        assert figures["passages_per_cpu_s"] > 0
        assert (figures["alone"]["hits@4"], figures["whole"]["hits@1"]) == (1, 1)
    assert run_embedders(options)["embedders"]["wordllama:64"]["dim"] == 64  # with the rows of the run before
    assert tables([row]).count("| wordllama:") == 3
