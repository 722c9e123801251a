"""What people read of an index: what a sync did, what it refused, what the index holds, whether it is sound."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.refusal import Refusal
from index.generations import IndexUnusable
from index.sync import SyncReport
from qa.indexing import examine, open_index, report_text, status_json, status_text, update
from qa.settings import Settings
from tests.qa.assistants import dated, write_articles

REPORT = SyncReport(
    added=2,
    changed=1,
    removed=0,
    unchanged=7,
    passages_embedded=4,
    passages_reused=9,
    refused=(Refusal("bad.jsonl", 3, "not JSON"), Refusal("empty.txt", None, "empty")),
    generation="g000002",
    wrote=True,
    seconds=1.26,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over two articles, one dated, and an empty file."""
    news = dated("Fish", "Herring is sold in Bergen.", published="2023-07-15", source='"Daily\\e[2J"')
    write_articles(tmp_path / "news", {"fish.md": news, "snow.txt": "Snow fell.", "empty.txt": ""})
    return Settings.load({}, dotenv=None, articles_dir=tmp_path / "news", index_dir=tmp_path / "store")


def test_a_report_says_what_was_done_and_what_was_refused_and_why() -> None:
    assert report_text(REPORT).splitlines() == [
        "Indexed in 1.3 s: 2 added, 1 changed, 0 removed, 7 unchanged; 4 passages embedded, 9 reused.",
        "  refused bad.jsonl, line 3: not JSON",
        "  refused empty.txt: empty",
    ]


def test_a_report_of_nothing_says_so() -> None:
    idle = replace(REPORT, wrote=False, added=0, changed=0, refused=())
    assert report_text(idle) == "Nothing to do: 7 articles, all indexed."


def test_status_says_what_the_index_holds_and_shows_it_inert(settings: Settings) -> None:
    update(settings)
    shown = status_text(status_json(settings))
    assert shown.startswith("2 articles, 2 passages, 1 files or records refused\n")
    assert "2023-07-15 to 2023-07-15; 1 undated" in shown
    assert str(settings.articles_dir) in shown
    assert "\x1b" not in shown


def test_status_builds_no_index_and_opening_does(settings: Settings) -> None:
    with pytest.raises(IndexUnusable, match="python -m qa index"):
        status_json(settings)
    with open_index(settings) as live, live.reader() as reader:
        assert reader.passage_count == 2
    assert examine(settings) == []


def test_a_quick_sync_draws_no_bar(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    update(settings)
    assert capfd.readouterr() == ("", "")
