"""A person at the chat page, as the page's own scripts speak to the server: its real queue, its real events."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

WAITS_S = 120.0


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
        self._client = httpx.AsyncClient(base_url=url, timeout=WAITS_S, trust_env=False)
        self._name, self._password = name, password
        self._session = uuid.uuid4().hex[:12]
        self._config: dict[str, Any] = {}
        self._known = 0  # turns that the tab shows, which the server need not send again

    async def open(self) -> None:
        """Log in and load the page, its events included."""
        form = {"username": self._name, "password": self._password}
        (await self._client.post("/login", data=form)).raise_for_status()
        (await self._client.get("/")).raise_for_status()
        self._config = (await self._client.get("/config")).raise_for_status().json()
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
        await self._client.aclose()

    async def _run(self, event: Mapping[str, Any], sent: Mapping[str, Any] | None = None) -> Asked:
        """Run an event with what the page's script sends with it, then those that follow on it."""
        props = {c["id"]: c["props"] for c in self._config["components"]}
        data = [props[i].get("value") for i in event["inputs"]]
        started = time.perf_counter()
        body = {"data": data, "fn_index": event["id"], "session_hash": self._session, "event_data": sent}
        joined = (await self._client.post("/gradio_api/queue/join", json=body)).raise_for_status().json()
        first_s = await self._read(joined["event_id"], started, expects_answer=sent is not None)
        asked = Asked(first_s, time.perf_counter() - started)
        for following in self._config["dependencies"]:
            if following.get("trigger_after") == event["id"] and following["backend_fn"]:
                await self._run(following)
        return asked

    async def _read(self, event_id: str, started: float, *, expects_answer: bool) -> float:
        """Read the session's stream until the event has ended; return when its first answer came."""
        first_s: float | None = None
        query = {"session_hash": self._session}
        async with self._client.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line.removeprefix("data:"))
                if message.get("event_id") != event_id:
                    continue
                kind = message["msg"]
                is_waiting = 'class=\\"looking' in line  # beside the answers of earlier turns
                if first_s is None and not is_waiting and 'class=\\"answer' in line:
                    first_s = time.perf_counter() - started
                if kind == "process_completed":
                    if not message["success"] or (expects_answer and first_s is None):
                        raise PageError(line[:500])
                    return first_s or 0.0
        raise PageError("the stream ended without an answer")
