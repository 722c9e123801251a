"""Processes of the project's own: each works for the one that started it, over pipes, and ends with it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def start(module: str, *arguments: str, **environ: str) -> "subprocess.Popen[bytes]":
    """Start `python -m module` with pipes to its standard input and output, wherever this process runs."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, **environ},
        start_new_session=True,  # an interrupt is for whoever started it, who then ends it
    )
