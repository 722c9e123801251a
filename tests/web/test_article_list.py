"""Uploaded files, the list of articles, the names in them, and updates in the background."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sync import Progress, SyncReport
from qa.assistant import Assistant
from qa.settings import Settings
from qa.web import updating
from qa.web.article_list_html import Listing, listing_html, outcome_html, progress_html
from qa.web.flow import listing
from qa.web.names import frequent_names
from qa.web.strings import ENGLISH
from qa.web.updating import UpdateState, Updating
from qa.web.uploads import MAX_NAME_CHARS, Upload, safe_name, take_in
from tests.qa.assistants import SAMPLES, assistant_over
from tests.web.test_page_html import ANY_TEXT, Parsed


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the sample articles."""
    with assistant_over(SAMPLES, tmp_path_factory.mktemp("article-list")) as assistant:
        yield assistant


@given(ANY_TEXT | st.text(max_size=300), st.sampled_from([".txt", ".jsonl.gz", ".MD", ""]))
def test_no_name_leaves_the_folder_or_hides(stem: str, suffix: str) -> None:
    name = safe_name(stem + suffix)

    assert name
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name) <= MAX_NAME_CHARS
    assert not set(name) & set('<>:"/\\|?*\n\0\u202e')
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Laçın 2023.txt", "Laçın 2023.txt"),
        ("../../etc/passwd.txt", "etc-passwd.txt"),
        (".hidden.md", "hidden.md"),
        ("con.txt", "_con.txt"),
        ("con .txt", "_con.txt"),
        ("con .tar.txt", "_con .tar.txt"),
        ("a" * 300 + ".jsonl.gz", "a" * (MAX_NAME_CHARS - 9) + ".jsonl.gz"),
    ],
)
def test_names_keep_what_is_safe(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


def upload(folder: Path, name: str, text: str) -> Upload:
    (folder.parent / "sent").mkdir(exist_ok=True)
    path = folder.parent / "sent" / name
    path.write_text(text, "utf-8")
    (taken,) = take_in([path], folder, ENGLISH, max_file_mb=0.001)
    return taken


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of articles."""
    (tmp_path / "news").mkdir()
    return tmp_path / "news"


def test_upload_that_can_be_read_is_kept(folder: Path) -> None:
    assert upload(folder, "a.txt", "The bridge opened.") == Upload("a.txt", True, ())
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.pdf", "x", "not one of the formats"),
        ("a.txt", "  ", "empty"),
        ("a.txt", "x" * 2000, "over the size limit"),
        ("a.json", "{", ""),
    ],
)
def test_upload_that_cannot_be_read_is_not_kept_and_says_why(
    folder: Path, name: str, text: str, reason: str
) -> None:
    taken = upload(folder, name, text)

    assert not taken.is_kept
    assert reason in taken.reasons[0]
    assert list(folder.iterdir()) == []


def test_upload_never_overwrites(folder: Path) -> None:
    upload(folder, "a.txt", "The bridge opened.")

    assert upload(folder, "a.txt", "The bridge opened.").reasons == (ENGLISH.known_file,)
    assert upload(folder, "a.txt", "The bridge closed.").reasons == (ENGLISH.other_file,)
    assert (folder / "a.txt").read_text("utf-8") == "The bridge opened."


def test_upload_with_a_broken_record_is_kept_and_names_it(folder: Path) -> None:
    taken = upload(folder, "a.jsonl", '{"id": "1", "title": "T", "text": "The bridge opened."}\n{"id": 2')

    assert taken.is_kept
    assert "(2)" in taken.reasons[0]


def test_upload_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    taken = upload(tmp_path / "none", "a.txt", "The bridge opened.")

    assert not taken.is_kept
    assert "could not be kept" in taken.reasons[0]


def test_articles_are_listed_newest_first_and_found_by_title_source_date_or_file(
    assistant: Assistant,
) -> None:
    everything = listing(assistant.live, "", 0)

    assert everything.count == 15
    assert everything.records[0].id.startswith("2023-07-16")
    assert listing(assistant.live, "BRUSSELS michel", 0).count == 1
    assert listing(assistant.live, "lacin", 0).records[0].title.endswith("reopen")
    assert listing(assistant.live, "2023-07-15 sample", 0).count == 3
    assert listing(assistant.live, "15 July 2023", 0).count == listing(assistant.live, "2023-07-15", 0).count
    assert listing(assistant.live, "may 2023", 0).count < listing(assistant.live, "2023", 0).count
    assert listing(assistant.live, "%", 0).count == 0


@given(text=ANY_TEXT, page=st.integers())
def test_whatever_is_looked_for_gives_a_list(assistant: Assistant, text: str, page: int) -> None:
    html = listing_html(listing(assistant.live, text, page), ENGLISH)

    assert Parsed(html).tags <= {"form", "input", "p", "ul", "li", "button", "span", "div"}


def test_long_lists_have_pages(assistant: Assistant) -> None:
    records = listing(assistant.live, "", 0).records

    html = listing_html(Listing("", 1, 120, records), ENGLISH)

    assert "Page 2 of 3" in Parsed(html).text
    assert [value for name, value in Parsed(html).attributes if name == "data-page"] == ["0", "2"]


def test_names_are_those_that_most_articles_mention(assistant: Assistant) -> None:
    with assistant.live.reader() as reader:
        names = frequent_names(reader, limit=6)

    assert len(names) == 6
    assert {"Armenia", "Azerbaijan"} <= set(names)
    assert not {"July", "Friday", "President"} & set(names)


def test_updates_run_one_at_a_time_and_end_with_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, gate, ended = [], threading.Event(), threading.Event()

    def updates(_: Settings) -> Iterator[Progress | SyncReport]:
        going.append(1)
        yield Progress(1, 2, "reading")
        gate.wait(10)
        yield SyncReport(1, 0, 0, 0, 1, 0, (), "g1", True, 0.1)

    monkeypatch.setattr(updating, "updates", updates)
    job = Updating(Settings.load({}, dotenv=None, articles_dir=tmp_path))

    job.start(lambda state: None if state.is_running else ended.set())
    job.start()
    assert job.state.is_running
    gate.set()

    assert ended.wait(10)
    assert len(going) == 2  # what came while the first one ran is seen by the second
    assert job.state.report is not None
    assert job.state.report.added == 1


def test_update_that_fails_says_why(tmp_path: Path) -> None:
    ended: list[UpdateState] = []
    done = threading.Event()
    job = Updating(
        Settings.load({}, dotenv=None, articles_dir=tmp_path / "none", index_dir=tmp_path / "index")
    )

    job.start(lambda state: (ended.append(state), done.set()) if not state.is_running else None)  # type: ignore[func-returns-value]

    assert done.wait(10)
    assert "no folder of articles" in (ended[0].problem or "")
    assert "no folder of articles" in Parsed(progress_html(ended[0], ENGLISH)).text


def test_progress_and_outcome_are_told_in_words() -> None:
    running = progress_html(UpdateState(is_running=True, progress=Progress(1200, 2400, "reading")), ENGLISH)
    report = SyncReport(2, 1, 0, 9, 3, 0, (), "g1", True, 0.1)

    assert "1,200 of 2,400" in Parsed(running).text
    assert dict(Parsed(running).attributes)["max"] == "2400"
    assert progress_html(UpdateState(), ENGLISH) == ""
    told = Parsed(outcome_html([Upload("<b>.txt", False, ("empty",))], report, ENGLISH)).text
    assert "<b>.txt empty" in told
    assert "2 added, 1 changed" in told
    nothing = replace(report, added=0, changed=0, wrote=False)
    told = Parsed(outcome_html([Upload("a.zip", False, ("empty",))], nothing, ENGLISH)).text
    assert ENGLISH.up_to_date not in told
