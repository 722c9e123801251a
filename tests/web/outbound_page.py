"""`python -m tests.web.outbound_page FILE`: the page; each host that Gradio would ask goes into FILE, a line each."""

import sys
from pathlib import Path
from typing import Any

import safehttpx


def _noted(asked: str) -> None:
    with Path(sys.argv[1]).open("a", encoding="utf-8") as file:
        file.write(f"{asked}\n")
    raise ConnectionError("nothing is asked for")


async def _get(url: str, *_: Any, **__: Any) -> None:
    _noted(url)


async def _validate(host: str) -> None:
    _noted(host)


if __name__ == "__main__":
    safehttpx.get, safehttpx.async_validate_url = _get, _validate

    import ui

    raise SystemExit(ui.main([]))
