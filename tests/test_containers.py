"""Dockerfile and compose file against the code: what they copy and set exists, and what they promise is kept."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
IGNORED = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
PAGE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["page"]
NOT_OURS = {
    "GRADIO_SERVER_NAME",
    "GRADIO_SERVER_PORT",
    "GRADIO_ROOT_PATH",
    "GRADIO_TEMP_DIR",
    "FORWARDED_ALLOW_IPS",
}


def copied() -> list[str]:
    """Return what is copied out of this folder."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
    return [source.rstrip("/") for line in lines for source in line.split()]


def test_all_that_the_page_needs_is_copied_and_not_ignored() -> None:
    assert set(copied()) == {"requirements.txt", "corpus", "index", "qa", "ui.py"}
    assert all((ROOT / source).exists() for source in copied())
    assert IGNORED[0] == "*"
    assert {line.removeprefix("!") for line in IGNORED if line.startswith("!")} == set(copied())


def test_each_variable_is_a_setting() -> None:
    given = set(re.findall(r"\b([A-Z_]+)=", DOCKERFILE.split("ENV ")[1].split("\n")[0])) | set(
        PAGE["environment"]
    )
    ours = {name for name in given if name.startswith(("QA_", "GRADIO_", "FORWARDED_"))}
    assert ours - NOT_OURS <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert "QA_ARTICLES_DIR" in ours


def test_page_runs_as_nobody_in_particular_on_a_root_that_it_cannot_write() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.M)
    assert PAGE["read_only"] is True
    assert PAGE["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in PAGE["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in PAGE["ports"])
    assert PAGE["environment"]["QA_AUTH_FILE"]


def test_python_is_one_that_the_project_takes() -> None:
    versions = set(re.findall(r"^FROM python:(\d+)\.(\d+)-slim", DOCKERFILE, re.M))
    assert len(versions) == 1
    assert all((int(major), int(minor)) >= (3, 11) for major, minor in versions)


@pytest.mark.parametrize(("status", "exit_code"), [(200, 0), (503, 1)])
def test_health_check_tells_a_page_that_answers_from_one_that_does_not(status: int, exit_code: int) -> None:
    (command,) = re.findall(r"HEALTHCHECK .*CMD (\[.*\])$", DOCKERFILE, re.M)
    program = json.loads(command)[2]
    server = f"""
import http.server, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        self.send_response({status} if self.path == "/healthz" else 404)
        self.end_headers()
served = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=served.serve_forever, daemon=True).start()
program = {program!r}.replace("7860", str(served.server_address[1]))
exec(program)
"""
    assert subprocess.run([sys.executable, "-c", server], check=False, timeout=60).returncode == exit_code
