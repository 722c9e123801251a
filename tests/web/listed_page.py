"""`python -m tests.web.listed_page FILE`: the page; every route of its application goes into FILE, a line each."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ui

_app_of = ui.app_of


def _app_of_listed(*values: Any, **named: Any) -> Any:
    app = _app_of(*values, **named)
    lines = [json.dumps([method, path]) for method, path in _routes(app, "")]
    Path(sys.argv[1]).write_text("\n".join(lines), "utf-8")
    return app


def _routes(app: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield method and path of each route, those of mounted applications included."""
    for route in app.routes:
        path = prefix + getattr(route, "path", "")
        if included := getattr(route, "original_router", None):  # FastAPI's, for `include_router`
            yield from _routes(included, prefix + route.include_context.prefix)
        elif getattr(route, "routes", None):
            yield from _routes(route, path)
        else:
            yield from ((method, path) for method in getattr(route, "methods", None) or ("GET", "POST"))


if __name__ == "__main__":
    ui.app_of = _app_of_listed
    raise SystemExit(ui.main([]))
