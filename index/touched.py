"""Files found with other time stamps but the same bytes, noted beside a sealed generation.

Without the note each sync would hash them again; a new generation would be much ado about it.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from index.catalog import FileState
from index.generations import Generation

logger = logging.getLogger(__name__)

NOTE = "touched.json"


def noted(generation: Generation) -> dict[str, FileState]:
    """Return the states noted for a generation, by file name; none if there is no note that can be read."""
    try:
        found = json.loads(_path(generation).read_text("utf-8"))
        return {
            name: FileState(size, mtime_ns, inode, bytes.fromhex(hashed), proven)
            for name, (size, mtime_ns, inode, hashed, proven) in found.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        logger.info("%s: %s", _path(generation), error)
        return {}


def note(generation: Generation, states: Mapping[str, FileState]) -> None:
    """Note states beside those noted before, as one step; nothing is written where nothing is new."""
    before = noted(generation)
    after = {**before, **states}
    if after == before:
        return
    rows = {name: [s.size, s.mtime_ns, s.inode, s.hash.hex(), s.is_proven] for name, s in after.items()}
    following = _path(generation).with_suffix(".new")
    following.write_text(json.dumps(rows), "utf-8")
    following.replace(_path(generation))


def with_notes(known: Mapping[str, FileState], notes: Mapping[str, FileState]) -> dict[str, FileState]:
    """Return the files as indexed with the time stamps noted since; only those whose bytes are as indexed."""
    return {
        name: notes[name] if name in notes and notes[name].hash == state.hash else state
        for name, state in known.items()
    }


def _path(generation: Generation) -> Path:
    return generation.path / NOTE
