"""What people read of an index: what a sync did, what it refused, what the index holds, whether it is sound."""

import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from corpus.refusal import Refusal
from index.generations import IndexUnusable, Store
from index.health import Finding, Part
from index.reader import LiveIndex
from index.sync import Progress, SyncReport
from qa.indexing import (
    examine,
    findings_text,
    following,
    open_index,
    repair,
    report_text,
    status_json,
    status_text,
    update,
    updates,
)
from qa.settings import Settings
from tests.qa.assistants import dated, write_articles

WAIT_S = 20
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
    with pytest.raises(IndexUnusable, match=f"run: {settings.index_command}$"):
        status_json(settings)
    with open_index(settings) as live, live.reader() as reader:
        assert reader.passage_count == 2
    assert examine(settings) == []


def test_a_quick_sync_draws_no_bar(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    update(settings)
    assert capfd.readouterr() == ("", "")


def test_status_counts_copies_of_one_story_once(settings: Settings) -> None:
    write_articles(settings.articles_dir, {"copy.txt": "Snow fell!"})
    update(settings)

    status = status_json(settings)

    assert (status["articles"], status["stories"]) == (3, 2)
    assert status_text(status).startswith("3 articles (2 stories), 3 passages")


def test_an_update_tells_how_far_it_is_and_ends_with_its_report(settings: Settings) -> None:
    *on_the_way, report = updates(settings)

    assert isinstance(report, SyncReport)
    assert report.added == 2
    assert all(isinstance(step, Progress) for step in on_the_way)
    assert [step for step in updates(settings) if isinstance(step, Progress)] == []


def test_an_update_waits_for_the_sync_that_is_running(settings: Settings) -> None:
    running = updates(settings)
    with Store(settings.store).lock(wait_s=0):
        assert next(running) == Progress(0, None, "waiting")

    assert isinstance([*running][-1], SyncReport)


def test_an_update_that_fails_says_why_where_it_is_read(settings: Settings) -> None:
    lost = settings.model_copy(update={"articles_dir": settings.articles_dir / "lost"})

    with pytest.raises(IndexUnusable, match="no folder of articles"):
        list(updates(lost))


def test_a_followed_folder_is_in_the_open_index_at_the_next_question(settings: Settings) -> None:
    watched = settings.model_copy(update={"watch": True})
    with open_index(watched) as live, following(watched):
        write_articles(watched.articles_dir, {"sun.txt": "The sun rose over Tromsø."})

        deadline = time.monotonic() + WAIT_S
        while articles_of(live) != 3 and time.monotonic() < deadline:
            time.sleep(0.05)

        assert articles_of(live) == 3


def articles_of(live: LiveIndex) -> int:
    with live.reader() as reader:
        return reader.stats().articles


def test_following_outlives_a_fault(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("qa.indexing.AGAIN_S", 0.01)
    monkeypatch.setattr("index.watch.sync", Mock(side_effect=[RuntimeError("a fault"), REPORT, REPORT]))
    with following(settings.model_copy(update={"watch": True})), caplog.at_level("INFO", "qa.indexing"):
        deadline = time.monotonic() + WAIT_S
        while "Indexed in" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.02)

    assert "not followed for a minute: a fault" in caplog.text
    assert "Indexed in" in caplog.text


def test_what_was_mended_is_told_before_what_is_wrong() -> None:
    fault = Finding("4 files have changed since the last sync", "python -m qa index", Part.FILES)

    assert findings_text([], []) == "The index is sound."
    assert findings_text([], ["wrote terms anew"]) == "mended: wrote terms anew\nThe index is sound."
    assert findings_text([fault], ["wrote terms anew"]).splitlines() == [
        "mended: wrote terms anew",
        "4 files have changed since the last sync",
        "  mend: python -m qa index",
    ]


def test_repair_mends_what_examining_finds(settings: Settings) -> None:
    update(settings)
    (next(settings.store.glob("g*")) / "lexical" / "meta.json").unlink()

    assert [finding.mend for finding in examine(settings)] == ["python -m qa doctor --repair"]
    assert repair(settings) == ["wrote the terms of 2 passages anew"]
    assert examine(settings) == []


def test_an_index_is_served_where_its_articles_are_not(settings: Settings) -> None:
    update(settings)
    settings.articles_dir.rename(settings.articles_dir.with_name("away"))

    with open_index(settings) as live:
        assert articles_of(live) == 2
    with pytest.raises(IndexUnusable, match="no folder of articles"):
        update(settings)
