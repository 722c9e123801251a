"""A person at the chat page, as the page's own scripts speak to the server: its real queue, its real events."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

WAITS_S = 120.0
LONGEST_LINE_BYTES = 1 << 24  # of what the server sends


class PageError(Exception):
    """The page did not answer a question; the message says what it sent instead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How long a question took, in seconds: to the first sentence, and to the whole answer."""

    first_s: float
    whole_s: float


class Person:
    """One person with one tab; `open` first, then `ask`, one question at a time."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._url, self._name, self._password = url, name, password
        self._client = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=WAITS_S),
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # also of a host without a name
            read_bufsize=LONGEST_LINE_BYTES,
            raise_for_status=True,
        )
        self._session = uuid.uuid4().hex[:12]
        self._config: dict[str, Any] = {}
        self._known = 0  # turns that the tab shows, which the server need not send again

    async def open(self) -> None:
        """Log in and load the page, its events included."""
        form = {"username": self._name, "password": self._password}
        async with self._client.post(f"{self._url}/login", data=form):
            pass
        async with self._client.get(f"{self._url}/") as page:
            await page.read()
        async with self._client.get(f"{self._url}/config") as config:
            self._config = await config.json()
        for event in self._config["dependencies"]:
            if any(kind == "load" for _, kind in event["targets"]):
                await self._run(event)

    async def ask(self, question: str) -> Asked:
        """Ask as by Enter in the question's box; raises PageError where no answer comes."""
        log = next(c["id"] for c in self._config["components"] if c["props"].get("elem_id") == "log")
        events = (e for e in self._config["dependencies"] if e["backend_fn"])
        sent = {"question": question, "known": self._known}
        asked = await self._run(next(e for e in events if [log, "ask"] in e["targets"]), sent)
        self._known += 1
        return asked

    async def close(self) -> None:
        """Close the tab."""
        await self._client.close()

    async def _run(self, event: Mapping[str, Any], sent: Mapping[str, Any] | None = None) -> Asked:
        """Run an event with what the page's script sends with it, then those that follow on it."""
        props = {c["id"]: c["props"] for c in self._config["components"]}
        data = [props[i].get("value") for i in event["inputs"]]
        started = time.perf_counter()
        body = {"data": data, "fn_index": event["id"], "session_hash": self._session, "event_data": sent}
        async with self._client.post(f"{self._url}/gradio_api/queue/join", json=body) as response:
            joined = await response.json()
        asked = await self._read(joined["event_id"], started, expects_answer=sent is not None)
        for following in self._config["dependencies"]:
            if following.get("trigger_after") == event["id"] and following["backend_fn"]:
                await self._run(following)
        return asked

    async def _read(self, event_id: str, started: float, *, expects_answer: bool) -> Asked:
        """Read the session's stream to its end; return when the event's first answer came, and when it was done."""
        first_s: float | None = None
        asked: Asked | None = None
        query = {"session_hash": self._session}
        async with self._client.get(f"{self._url}/gradio_api/queue/data", params=query) as stream:
            async for line in stream.content:
                message = json.loads(line.removeprefix(b"data:")) if line.startswith(b"data:") else {}
                if message.get("event_id") != event_id:
                    continue
                is_waiting = b'class=\\"looking' in line  # beside the answers of earlier turns
                if first_s is None and not is_waiting and b'class=\\"answer' in line:
                    first_s = time.perf_counter() - started
                if message["msg"] == "process_completed":
                    if not message["success"] or (expects_answer and first_s is None):
                        raise PageError(line[:500].decode("utf-8", "replace"))
                    asked = Asked(first_s or 0.0, time.perf_counter() - started)
        if asked is None:
            raise PageError("the stream ended without an answer")
        return asked
