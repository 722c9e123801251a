"""The application that the page is mounted on: everything of the server's that is not the page itself."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import FastAPI

from qa.assistant import Assistant
from qa.settings import Settings
from qa.web.auth import Users
from qa.web.chat_api import chat_routes
from qa.web.gate import Gate
from qa.web.keeper import Keeper
from qa.web.limits import Limits
from qa.web.login import login_routes
from qa.web.mcp_api import mcp_routes
from qa.web.metrics import Metrics
from qa.web.middleware import Prefix, RequestLog
from qa.web.monitoring import monitoring_routes
from qa.web.reception import Reception
from qa.web.uploads import closed_routes

WRITTEN_AT_ONCE = 8  # answers of an LLM, which are mostly waited for


def answers_at_once(settings: Settings) -> int:
    """Return how many questions each kind of door answers at a time; more than cores only get into each other's way."""
    return WRITTEN_AT_ONCE if settings.llm is not None else 1 + (os.cpu_count() or 1)


def reception_of(assistant: Assistant, settings: Settings) -> Reception:
    """Return the reception that all doors lead to."""
    return Reception(
        assistant,
        limits=Limits(per_minute=settings.questions_per_minute, at_once=settings.questions_at_once),
        metrics=Metrics(assistant.live),
        logs_questions=settings.log_questions,
    )


def application(reception: Reception, settings: Settings, *, root_path: str, port: int) -> FastAPI:
    """Return the application with all routes of ours; the page is mounted at `/` after them.

    Raises AuthFileError where `settings.auth_file` is unusable.
    """
    threads = CapacityLimiter(answers_at_once(settings))
    mcp, mcp_running = mcp_routes(reception, threads)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with mcp_running():
            yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    keeper = _keeper(settings, reception, port) if settings.auth_file else None
    app.include_router(monitoring_routes(reception))
    app.include_router(chat_routes(reception, threads))
    app.router.routes.extend(mcp)
    app.include_router(closed_routes(read_only=settings.read_only))
    if keeper is not None:
        app.include_router(login_routes(keeper, root_path=root_path))
    app.add_middleware(Gate, keeper=keeper, root_path=root_path)
    app.add_middleware(RequestLog)
    app.add_middleware(Prefix, root_path=root_path)  # the last one added is the first one asked
    return app


def _keeper(settings: Settings, reception: Reception, port: int) -> Keeper:
    assert settings.auth_file is not None
    # Cookies do not know ports: two pages of one machine would end each other's sessions.
    return Keeper(
        Users(settings.auth_file), cookie=f"qa-session-{port}", on_failure=reception.metrics.failed_logins.inc
    )
