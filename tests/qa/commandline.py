"""The command line as a process of its own or in this one, with no setting but those given."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa.cli import main
from tests.qa.assistants import ROOT

ENDS_WITHIN_S = 280
"""Room for hundreds of questions in one run on slow cores that others use, too."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stands on stdout, which is one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """What stands on stdout, a JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `python -m qa` on one folder of articles and one index."""

    articles: Path
    index: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of each run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QA_", "OPENAI_"))}
        return kept | {"QA_ARTICLES_DIR": str(self.articles), "QA_INDEX_DIR": str(self.index)}

    def command(self, *arguments: str) -> list[str]:
        """Return the command that a run starts."""
        return [sys.executable, "-m", "qa", *arguments]

    def run(self, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> Ended:
        """Run to the end; a traceback is a failure whatever the test is of."""
        done = subprocess.run(
            self.command(*arguments),
            input=stdin,
            env=self.environ | dict(environ or {}),
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            timeout=ENDS_WITHIN_S,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        assert "\x1b" not in done.stdout + done.stderr, "colour, though this is no terminal"
        return Ended(done.returncode, done.stdout, done.stderr)


Run = Callable[..., Ended]


def run_here(
    environ: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    key: str,
) -> Run:
    """Return what runs the command line in this process; `key` is a secret that it may not tell."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, stdin: str = "", **changed: str) -> Ended:
        for name, value in changed.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["qa", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err, out + err
        assert key not in out + err
        return Ended(int(ended.value.code or 0), out, err)

    return run
