"""`ask`, `search` and `show` as tools of the Model Context Protocol, over streamable HTTP."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from anyio import CapacityLimiter, to_thread
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from qa.render import json_text
from qa.web import machine
from qa.web.asker import Door, asker_of
from qa.web.reception import Reception, Visit

logger = logging.getLogger(__name__)

PATHS = ("/mcp", "/gradio_api/mcp", "/gradio_api/mcp/")  # ours, and where Gradio's own server would be
INSTRUCTIONS = (
    "Answers questions from a folder of news articles, in the articles' own sentences with exact citations. "
    "Use `ask` for a question, `search` for passages to read, `show` for a whole article."
)


def _texts(**described: str) -> dict[str, Any]:
    return {name: {"type": "string", "description": text} for name, text in described.items()}


_FILTERS = _texts(
    as_of="a day such as 2023-07-15, as if asked then: later articles are left out",
    since="only articles from this day on, such as 2023-07-15",
    until="only articles up to this day",
    source="only articles of this source, its whole name",
)
_READS = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)


def _tool(name: str, description: str, required: str, **properties: Any) -> Tool:
    schema = {
        "type": "object",
        "properties": properties,
        "required": [required],
        "additionalProperties": False,
    }
    return Tool(name=name, description=description, inputSchema=schema, annotations=_READS)


TOOLS = [
    _tool(
        "ask",
        "Answer a question from the news articles. Returns the articles' own sentences with markers, the "
        "citations behind them (article, title, date, exact quote and offsets), or, with the outcome "
        "not_in_corpus, why the articles do not say, and the nearest coverage.",
        "question",
        **_texts(question="the question, up to 2,000 characters"),
        **_FILTERS,
        turns={
            "type": "array",
            "items": {"type": "string"},
            "description": "the earlier questions of the conversation, oldest first",
        },
    ),
    _tool(
        "search",
        "Find the passages of the news articles that are most likely to answer a question, best first.",
        "question",
        **_texts(question="the question, or words to look for"),
        **_FILTERS,
        limit={
            "type": "integer",
            "minimum": 1,
            "maximum": machine.MOST_HITS,
            "default": 10,
            "description": "how many passages at most",
        },
    ),
    _tool(
        "show",
        "Return a whole news article as indexed; offsets of citations count in its text.",
        "article",
        **_texts(article="the article's id, as citations and hits name it"),
    ),
]


def mcp_routes(
    reception: Reception, threads: CapacityLimiter
) -> tuple[list[Route], Callable[[], AbstractAsyncContextManager[None]]]:
    """Return the routes, and what must be entered while they are served."""
    sessions = StreamableHTTPSessionManager(_server(reception, threads), json_response=True, stateless=True)

    class Endpoint:
        """An application of its own: Starlette would take a function for a handler of requests."""

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await sessions.handle_request(scope, receive, send)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with sessions.run():
            yield

    return [Route(path, endpoint=Endpoint()) for path in PATHS], running


def _server(reception: Reception, threads: CapacityLimiter) -> "Server[Any, Any]":
    server: Server[Any, Any] = Server("ask-the-articles", instructions=INSTRUCTIONS)

    @server.list_tools()  # type: ignore[no-untyped-call,untyped-decorator]
    async def list_tools() -> list[Tool]:
        return TOOLS

    @server.call_tool()  # type: ignore[untyped-decorator]
    async def call_tool(name: str, values: dict[str, Any]) -> CallToolResult:
        asker = asker_of(server.request_context.request)
        visit = reception.at(Door.MCP, asker)
        try:
            found = await to_thread.run_sync(_call, visit, name, values, limiter=threads)
        except machine.FAULTS as error:
            return _failed(str(error))
        except Exception:
            logger.exception("%s the tool %r failed", asker.request_id, name)
            return _failed(f"something went wrong; the server's log has it under {asker.request_id}")
        return CallToolResult(
            content=[TextContent(type="text", text=json_text(found))], structuredContent=found
        )

    return server


def _call(visit: Visit, name: str, values: dict[str, Any]) -> dict[str, Any]:
    match name:
        case "ask":
            return machine.ask(visit, values)
        case "search":
            limit = values.pop("limit", 10)
            return machine.search(visit, values, limit=limit)
        case "show":
            return machine.show(visit, values["article"])
        case _:
            raise machine.UnknownTool(f"there is no tool {name!r}; there are ask, search and show")


def _failed(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=message)], isError=True)
