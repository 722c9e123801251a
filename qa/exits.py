"""How a process ends: its exit code, and an error's message on one line."""

from enum import IntEnum


class Exit(IntEnum):
    """What the process says when it ends."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_IN_CORPUS = 3
    NO_INDEX = 4
    SERVICE = 5
    INTERRUPTED = 130


def exit_code(error: Exception) -> Exit:
    """Return how a process ends that an error has stopped."""
    from index.generations import IndexUnusable
    from qa.batch import BadLineError
    from qa.llm_client import LLMFailed
    from qa.settings import SettingsError

    if isinstance(error, SettingsError | BadLineError):
        return Exit.USAGE
    if isinstance(error, LLMFailed):
        return Exit.SERVICE
    return Exit.NO_INDEX if isinstance(error, IndexUnusable) else Exit.FAILED


def one_line(error: Exception) -> str:
    """Return an error's message on one line, whatever is in it."""
    from qa.render import inert

    message = " ".join(str(error).split())
    return inert(message) or type(error).__name__
