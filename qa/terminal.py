"""The conversation in a terminal: a question a line, with `/help /sources /clear /quit`."""

import sys
from collections.abc import Callable

from index.filters import Filters
from qa.answer import Answer
from qa.assistant import Assistant
from qa.render import answer_text, json_text, source_line

HELP = """Ask a question; a follow-up may lean on the ones before.
/sources  the quotes behind the last answer
/clear    forget the conversation
/quit     leave"""


def converse(
    assistant: Assistant, filters: Filters, *, as_json: bool, write: Callable[[str], None], prompt: bool
) -> None:
    """Answer each line of standard input until it ends or `/quit`; earlier questions are its turns."""
    turns: list[str] = []
    last: Answer | None = None
    while (line := _read_line(prompt)) is not None:
        match line.strip():
            case "":
                continue
            case "/quit" | "/exit":
                return
            case "/help":
                write(HELP)
            case "/clear":
                turns, last = [], None
                write("The conversation is forgotten.")
            case "/sources":
                write(_sources(last))
            case command if command.startswith("/") and " " not in command:
                write(f"Unknown command {command}; /help lists them.")
            case question:
                last = assistant.ask(question, turns=turns, filters=filters)
                turns.append(question)
                write(json_text(last.as_json()) if as_json else answer_text(last) + "\n")


def _read_line(prompt: bool) -> str | None:
    try:
        return input("> ") if prompt else sys.stdin.readline() or None
    except EOFError:
        return None


def _sources(answer: Answer | None) -> str:
    quoted = (answer.citations or answer.nearest) if answer else ()
    if not quoted:
        return "No sources yet."
    return "\n".join(f"{source_line(citation)}\n      {citation.quote}" for citation in quoted)
