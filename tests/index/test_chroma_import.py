"""Chroma is imported without the checks of `overrides` and the command of httpx, which are there afterwards."""

import subprocess
import sys

IMPORTED = """
import sys
from index import vectors

assert "overrides" not in sys.modules and "chromadb" not in sys.modules
chroma = vectors._chroma()
assert chroma is sys.modules["chromadb"]
assert chroma.errors.ChromaError and chroma.config.Settings

import overrides

class Base:
    def told(self, day: int) -> str: ...

class Other(Base):
    @overrides.override
    def told(self, day: int) -> str: ...

try:
    class Wrong(Base):
        @overrides.override
        def untold(self) -> str: ...
except TypeError as error:
    print("checked:", error)

assert "rich" not in sys.modules and "httpx._main" not in sys.modules
import httpx._main
assert callable(httpx._main.main)
"""


def test_what_else_overrides_is_checked_as_before() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("checked:")
