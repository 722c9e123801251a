"""What a browser sends for an event of the page, or what somebody forges: whatever a component is said to hold."""

import json
import uuid
from typing import Any

import httpx


class Sender:
    """One tab at an address of its own; no script of the page's has a say."""

    def __init__(self, url: str, address: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"X-Forwarded-For": address}, timeout=60)
        self._session = uuid.uuid4().hex
        self._config = self.client.get("/config").raise_for_status().json()

    def send(self, elem_id: str, event: str, sent: Any = None, *, value: Any = None) -> dict[str, Any]:
        """Send an event, `value` in each component that it reads, and return the message that ends it."""
        component = next(c["id"] for c in self._config["components"] if c["props"].get("elem_id") == elem_id)
        wired = next(
            d for d in self._config["dependencies"] if d["backend_fn"] and [component, event] in d["targets"]
        )
        return self._run(wired["id"], [value] * len(wired["inputs"]), sent)

    def call(self, api_name: str, **values: Any) -> dict[str, Any]:
        """Call a named function of Gradio's API with values of any kind, and return the message that ends it."""
        wired = next(d for d in self._config["dependencies"] if d["api_name"] == api_name)
        info = self.client.get("/gradio_api/info").json()["named_endpoints"][f"/{api_name}"]
        data = [values.get(p["parameter_name"], p.get("parameter_default")) for p in info["parameters"]]
        return self._run(wired["id"], data, None)

    def upload(self, name: str, content: bytes) -> str:
        """Upload a file as the page does; return where the server has put it."""
        (path,) = self.client.post("/gradio_api/upload", files={"files": (name, content)}).json()
        return str(path)

    def close(self) -> None:
        """Close the tab."""
        self.client.close()

    def _run(self, event: int, data: list[Any], sent: Any) -> dict[str, Any]:
        body = {"data": data, "fn_index": event, "session_hash": self._session, "event_data": sent}
        joined = self.client.post("/gradio_api/queue/join", json=body).raise_for_status().json()
        query = {"session_hash": self._session}
        ended: dict[str, Any] = {}
        with self.client.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("event_id") == joined["event_id"] and message["msg"] == "process_completed":
                    ended = message
        return ended


def file_data(path: str) -> dict[str, Any]:
    """Name a file, as Gradio has it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}}
