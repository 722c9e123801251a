"""The conversation in a terminal: a question a line, with `/help /sources /clear /quit`."""

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from index.filters import Filters
from qa.answer import Answer, Mode
from qa.assistant import Assistant
from qa.exits import one_line
from qa.followup import MAX_TURNS
from qa.llm_client import LLMFailed
from qa.query import over_length
from qa.render import answer_text, inert, json_text, source_line

HELP = """Ask a question; a follow-up may lean on the ones before.
/sources  the quotes behind the last answer
/clear    forget the conversation
/quit     leave"""


@dataclass(frozen=True, slots=True)
class Talk:
    """How questions are answered: over what, through whom, in which form."""

    assistant: Assistant
    filters: Filters = Filters()
    mode: Mode | None = None  # Mode.LLM insists on it
    as_json: bool = False


def converse(
    talk: Talk,
    *,
    write: Callable[[str], None],
    tell: Callable[[str], None],
    complain: Callable[[str], None],
    prompt: bool,
) -> bool:
    """Answer each line of standard input until it ends or `/quit`; earlier questions are its turns.

    Answers go to `write`, and what commands say to `tell`: among JSON lines it would be none.
    Where a question is too long, or an LLM that is insisted on fails, the conversation goes on: `complain` gets the
    line, or, in JSON, `write` gets `{"line", "error"}` in the answer's place. Returns whether no LLM failed.
    """

    def refuse(number: int, told: str) -> None:
        write(json_text({"line": number, "error": told})) if talk.as_json else complain(told)

    turns: deque[str] = deque(maxlen=MAX_TURNS)
    last: Answer | None = None
    number, is_whole = 0, True
    while (line := _read_line(prompt)) is not None:
        number += 1
        match line.strip():
            case "":
                continue
            case "/quit" | "/exit":
                break
            case "/help":
                tell(HELP)
            case "/clear":
                turns.clear()
                last = None
                tell("The conversation is forgotten.")
            case "/sources":
                tell(_sources(last))
            case command if command.startswith("/") and " " not in command:
                tell(f"Unknown command {command}; /help lists them.")
            case question if told := over_length(question):
                last = None
                refuse(number, told)
            case question:
                try:
                    last = talk.assistant.ask(
                        question, turns=tuple(turns), filters=talk.filters, mode=talk.mode
                    )
                    write(json_text(last.as_json()) if talk.as_json else answer_text(last) + "\n")
                except LLMFailed as failed:
                    last, is_whole = None, False
                    refuse(number, one_line(failed))
                turns.append(question)

    return is_whole


def _read_line(prompt: bool) -> str | None:
    try:
        return input("> ") if prompt else sys.stdin.readline() or None
    except EOFError:
        return None


def _sources(answer: Answer | None) -> str:
    quoted = (answer.citations or answer.nearest) if answer else ()
    if not quoted:
        return "No sources yet."
    return inert("\n".join(f"{source_line(citation)}\n      {citation.quote}" for citation in quoted))
