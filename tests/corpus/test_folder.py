"""Scanning a folder: names, order, links, and nothing read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.folder import is_article_name, scan


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Text.")


def scanned(folder: Path) -> tuple[list[str], dict[str, str]]:
    entries, refusals = scan(folder)
    return [entry.name for entry in entries], {refusal.path: refusal.reason for refusal in refusals}


def test_files_are_listed_by_name_below_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "sub/deep/a.TXT", "a.jsonl.gz", "c.html")
    assert scanned(tmp_path) == (["a.jsonl.gz", "b.md", "c.html", "sub/deep/a.TXT"], {})


def test_hidden_files_and_other_kinds_are_no_articles(tmp_path: Path) -> None:
    write(tmp_path, ".a.txt", ".git/a.txt", "a.pdf", "a.gz", "README", "a.txt~", "a.txt")
    assert scanned(tmp_path) == (["a.txt"], {})


def test_an_entry_tells_what_a_sync_compares(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    [entry], _ = scan(tmp_path)
    found = (tmp_path / "a.txt").stat()
    assert (entry.size, entry.mtime_ns, entry.inode) == (5, found.st_mtime_ns, found.st_ino)
    assert entry.path.read_text() == "Text."


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "outside/a.txt", "articles/real.txt")
    folder = tmp_path / "articles"
    (folder / "out.txt").symlink_to(tmp_path / "outside/a.txt")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "in.txt").symlink_to("real.txt")
    names, refused = scanned(folder)
    assert names == ["in.txt", "real.txt"]
    assert {name: "not followed" in reason for name, reason in refused.items()} == {
        "out": True,
        "out.txt": True,
    }


def test_loops_and_broken_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    assert scanned(tmp_path)[0] == []
    assert sorted(scanned(tmp_path)[1]) == ["gone.txt", "self.txt", "up"]


def test_a_folder_that_is_a_link_itself_is_read(tmp_path: Path) -> None:
    write(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real")
    assert scanned(tmp_path / "link") == (["a.txt"], {})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert scanned(tmp_path) == ([], {"a.txt": "not a regular file"})


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    names, refused = scanned(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert names == ["a.txt"]
    assert refused["closed"].startswith("unreadable")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_a_name_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("Text.")
    names, refused = scanned(tmp_path)
    assert names == []
    assert list(refused) == ["\ufffd.txt"]


def test_what_is_no_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    with pytest.raises(NotADirectoryError):
        scan(tmp_path / "a.txt")
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "none")


def test_names_alone_tell_what_is_read() -> None:
    assert is_article_name("a/b.jsonl.gz")
    assert not is_article_name(".hidden/b.txt")
    assert not is_article_name("a/b.gz")


def test_importing_the_loader_loads_no_library() -> None:
    code = "import sys, corpus.loader; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"frontmatter", "yaml", "trafilatura", "lxml", "dateparser", "charset_normalizer"}
    assert heavy.isdisjoint(loaded)
