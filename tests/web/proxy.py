"""A tiny reverse proxy on loopback: serves what another server has below a path of its own, streams included."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length"}


@contextmanager
def proxied(target: str, prefix: str, *, keeps_prefix: bool) -> Iterator[str]:
    """Yield the proxy's address; `keeps_prefix` passes paths on as they are, as some proxies do."""
    place = urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # an answer ends with its connection, so that nothing needs counting

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _pass_on(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_error(404)
                return
            path = self.path if keeps_prefix else self.path.removeprefix(prefix)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            headers["X-Forwarded-For"] = "203.0.113.7"
            connection = HTTPConnection(place.hostname or "", place.port or 0, timeout=60)
            try:
                connection.request(self.command, path, body, headers)
                answer = connection.getresponse()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.end_headers()
                with suppress(OSError, HTTPException):  # either end has gone
                    while part := answer.read1(65_536):
                        self.wfile.write(part)
                        self.wfile.flush()
            finally:
                connection.close()

        do_GET = do_POST = do_HEAD = _pass_on  # noqa: N815 - the names that the library calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
