"""An answer as Markdown with its citations, to be pasted or kept elsewhere."""

import re

from qa.answer import NOT_FOUND, Answer, Citation, Outcome, Sentence
from qa.render import inert
from qa.web.conversation import quotes
from qa.web.escape import about
from qa.web.strings import Strings

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~$!&]")  # what Markdown, its tables or its formulas would act on
_BLOCK = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")  # what would begin a list or underline a heading


def as_markdown(answer: Answer, words: Strings) -> str:
    """Write question, answer and numbered citations; article text shows as it is and does nothing."""
    blocks = [f"**{plain(answer.standalone_question)}**"]
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        blocks += [f"{words.refused} {plain(answer.reason or '')}".strip(), f"{words.nearest}:"]
        blocks = blocks if answer.nearest else blocks[:-1]
    else:
        blocks.append(" ".join(_sentence(sentence) for sentence in answer.sentences))
    blocks.append("\n".join(_citation(citation, words) for citation in quotes(answer)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def plain(text: str) -> str:
    """Return text on one line that any Markdown renderer shows as it is."""
    line = " ".join(inert(text).split())
    return _BLOCK.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", line))


def _sentence(sentence: Sentence) -> str:
    if not sentence.verified:
        return f"~~{plain(sentence.text)}~~ ({NOT_FOUND})"
    return plain(sentence.text) + "".join(rf" \[{marker}\]" for marker in sentence.markers)


def _citation(citation: Citation, words: Strings) -> str:
    named = plain(about(citation.title, citation.source, citation.published, words))
    place = plain(f"{citation.article}:{citation.start}-{citation.end}")
    return f"{citation.marker}. “{plain(citation.quote)}” — {named} ({place})"
