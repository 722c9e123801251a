"""Errors as JSON, in the shape that clients of OpenAI's API read."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse


def error_json(message: str, *, status: int, code: str, param: str | None = None) -> dict[str, Any]:
    """Return an error's body."""
    kind = (
        "rate_limit_error" if status == 429 else "server_error" if status >= 500 else "invalid_request_error"
    )
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_response(
    message: str,
    *,
    status: int,
    code: str,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error as a response."""
    return JSONResponse(
        error_json(message, status=status, code=code, param=param), status_code=status, headers=headers
    )
