"""A receiver of traces on loopback that speaks OTLP over HTTP with protobuf, and keeps what it is sent."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """The spans sent so far, the bodies that they came in, and the status that is replied."""

    spans: list[Any] = field(default_factory=list)  # of opentelemetry.proto
    services: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 200
    pause_s: float = 0.0
    port: int = 0

    @property
    def url(self) -> str:
        """The base address of the receiver."""
        return f"http://127.0.0.1:{self.port}"

    def waited_for(self, is_there: Callable[["Received"], bool]) -> bool:
        """Wait until something has come, and tell whether it has."""
        until = time.monotonic() + 30
        while not is_there(self) and time.monotonic() < until:
            time.sleep(0.05)
        return is_there(self)


@contextmanager
def otlp_receiver() -> Iterator[Received]:
    """Receive traces until the block ends."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(received.pause_s)
            received.bodies.append(body)
            received.paths.append(self.path)
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                named = {a.key: a.value.string_value for a in resource.resource.attributes}
                received.services.append(named.get("service.name", ""))
                received.spans += [span for scope in resource.scope_spans for span in scope.spans]
            self.send_response(received.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        received.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield received
        finally:
            server.shutdown()
