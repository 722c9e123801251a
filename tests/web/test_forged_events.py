"""Events as no page sends them, on a real server: no file of its, no address, no memory or disk without limit."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from qa.web.conversation import Turn
from qa.web.feedback import MAX_LINE_BYTES
from qa.web.kept import MAX_TURN_CHARS, turn_as_json
from tests.web.sender import Sender, file_data
from tests.web.serving import ROOT, Served, environment, serve
from tests.web.test_page_html import answer_of, article_of, citation_of

ADDRESS = "http://news.example/x.txt"
_addresses = count(1)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over one article; the addresses that it asks for go into `asked` beside the articles."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "news").mkdir()
    (folder / "news" / "a.txt").write_text("Ministers met in Brussels on Friday.", "utf-8")
    command = [sys.executable, "-m", "tests.web.outbound_page", str(folder / "asked")]
    more = {"QA_QUESTIONS_PER_MINUTE": "3", "GRADIO_TEMP_DIR": str(folder / "uploads")}
    yield from serve(command, folder / "news", **more)


@pytest.fixture
def sender(watched: Served) -> Iterator[Sender]:
    """Somebody at an address of their own."""
    with closing(Sender(watched.url, f"203.0.113.{next(_addresses)}")) as sender:
        yield sender


def asked(watched: Served) -> list[str]:
    file = watched.articles.parent / "asked"
    return file.read_text("utf-8").splitlines() if file.exists() else []


def articles(watched: Served) -> set[str]:
    return {path.name for path in watched.articles.iterdir()}


def error_of(message: dict[str, Any]) -> str:
    assert not message["success"]
    return str(message["output"]["error"])


def test_uploaded_file_is_taken_in(watched: Served, sender: Sender) -> None:
    path = sender.upload("b.txt", b"The bridge opened on Monday.")

    assert sender.send("upload", "upload", value=[file_data(path)])["success"]

    assert (watched.articles / "b.txt").read_text("utf-8") == "The bridge opened on Monday."


@pytest.mark.parametrize("way", ["secret.txt", "uploads/../secret.txt", "uploads/linked.txt"])
def test_file_of_the_server_is_not_taken_in(watched: Served, sender: Sender, way: str) -> None:
    folder, before = watched.articles.parent, articles(watched)
    (folder / "secret.txt").write_text("Keeper Dorvane repaired the lighthouse in 2022.", "utf-8")
    (folder / "uploads").mkdir(exist_ok=True)
    (linked := folder / "uploads" / "linked.txt").unlink(missing_ok=True)
    linked.symlink_to(folder / "secret.txt")
    path = f"{folder}/{way}"

    said = error_of(sender.send("upload", "upload", value=[file_data(path)]))

    assert said == f"only files that were uploaded here can be added, which {path!r:.200} was not"
    assert articles(watched) == before
    assert not list((folder / "uploads").glob("*/secret.txt"))


@pytest.mark.parametrize("path", [5, None, ["x"], "a\0b.txt", "~/x.txt", "x.txt", ""])
def test_path_that_is_none_is_refused(sender: Sender, path: Any) -> None:
    assert "uploaded" in error_of(sender.send("upload", "upload", value=[file_data(path)]))


def test_address_is_not_fetched_wherever_it_is_named(watched: Served, sender: Sender) -> None:
    assert "uploaded" in error_of(sender.send("upload", "upload", value=[file_data(ADDRESS)]))
    for name in ("question", "source", "turns"):
        values = {"question": "x"} | {name: [{"x": file_data(ADDRESS)}]}
        assert "uploaded" in error_of(sender.call("ask", **values))
    assert sender.client.get(f"/gradio_api/file={ADDRESS}").status_code == 403

    assert asked(watched) == []


def test_uploaded_file_is_no_value_of_anything_else(watched: Served, sender: Sender) -> None:
    path = sender.upload("c.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    assert "uploaded" in error_of(sender.call("show", article=file_data(path)))

    assert sender.client.get(f"/gradio_api/file={path}").status_code == 403


def test_gradio_s_own_check_is_on_and_uploads_go_when_the_page_ends(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    command = [sys.executable, "-c", SERVED, str(tmp_path)]

    subprocess.run(command, cwd=ROOT, env=environment(), check=True, timeout=100)


# In a process of its own, as Gradio leaves event loops open.
SERVED = """
import sys
from pathlib import Path

from starlette.testclient import TestClient

import ui
from index.sync import sync
from qa.assistant import Assistant
from qa.indexing import open_index
from qa.settings import Settings
from qa.web.application import reception_of
from qa.web.examples import Examples
from qa.web.updating import Updating

folder = Path(sys.argv[1])
(folder / "news" / "a.txt").write_text("Ministers met in Brussels.", "utf-8")
settings = Settings.load({}, dotenv=None, articles_dir=folder / "news", index_dir=folder / "index")
sync(settings.articles_dir, settings.store, settings.index_config)
with open_index(settings) as live:
    reception = reception_of(assistant := Assistant(live, settings), settings)
    app = ui.app_of(reception, Examples(assistant), Updating(settings), root_path="", port=0)
    blocks = app.routes[-1].app.get_blocks()
    with TestClient(app) as client:
        (path,) = client.post("/gradio_api/upload", files={"files": ("b.txt", b"x")}).json()
        assert Path(path).exists()
    assert not Path(path).exists()
assert blocks.delete_cache == (3600, 3600)
assert blocks.has_launched
"""


@pytest.mark.parametrize(
    "path", ["file=x", "file/x", "proxy=http://x", "deep_link?session_hash=x", "process_recording"]
)
def test_routes_that_the_page_has_no_use_for_are_closed(sender: Sender, path: str) -> None:
    method = "POST" if path == "process_recording" else "GET"

    assert sender.client.request(method, f"/gradio_api/{path}").json()["error"]["code"] == "closed"


def turn(question: str, *, size: int = 0) -> dict[str, Any]:
    answer = answer_of(citation_of(article_of("Ministers met." + "x" * size), 0, 14 + size))
    kept: dict[str, Any] = json.loads(turn_as_json(Turn(question, answer, None)))
    return kept


def test_turns_that_are_far_too_long_are_not_brought_back(sender: Sender) -> None:
    turns = [turn("First?"), turn("Long?", size=MAX_TURN_CHARS), turn("Last?")]

    shown = sender.send("log", "restore", {"turns": turns})["output"]["data"][0]

    assert [("First" in html, "Last" in html) for html in shown] == [(True, False), (False, True)]


def rate(sender: Sender, number: int = 1) -> str:
    data = sender.send("log", "rate", {"turn": number, "vote": "up", "word": ""})["output"]["data"]
    return str(data[2])


def feedback(watched: Served) -> list[str]:
    file = watched.articles.parent / "index" / "feedback.jsonl"
    return file.read_text("utf-8").splitlines() if file.exists() else []


def test_ratings_are_limited_as_questions_are(watched: Served, sender: Sender) -> None:
    sender.send("log", "restore", {"turns": [turn("Who?")]})
    before = len(feedback(watched))

    said = [rate(sender) for _ in range(4)]

    assert ["3 questions within a minute" in hint for hint in said] == [False, False, False, True]
    assert len(feedback(watched)) == before + 3


def test_answer_that_is_too_long_is_not_kept_with_its_rating(watched: Served, sender: Sender) -> None:
    sender.send("log", "restore", {"turns": [turn("Who?", size=MAX_LINE_BYTES // 3)]})
    before = feedback(watched)

    assert "too long" in rate(sender)

    assert feedback(watched) == before


@pytest.mark.parametrize("limit", ["a", None, 5.5, True, 0, 101, [], "1" * 10_000])
def test_limit_that_is_none_is_told_in_a_line(sender: Sender, limit: Any) -> None:
    said = error_of(sender.call("search", question="Brussels", limit=limit))

    assert said.endswith("; give a whole number from 1 to 100")
    assert len(said) < 200


def test_unknown_articles_are_limited_as_questions_are(sender: Sender) -> None:
    said = [error_of(sender.call("show", article="none" * 1000)) for _ in range(4)]

    assert all(text.startswith("no article 'nonenone") and len(text) < 400 for text in said[:3])
    assert "3 questions within a minute" in said[3]


def test_article_whose_id_is_no_text_is_told_in_a_line(sender: Sender) -> None:
    assert error_of(sender.call("show", article=None)) == "article is None; give the id of one"


def test_what_is_looked_for_in_the_list_is_cut(sender: Sender) -> None:
    html = sender.send("articles", "look", {"text": "x" * 100_000, "page": 0})["output"]["data"][0]

    assert "x" * 200 in html
    assert "x" * 201 not in html
