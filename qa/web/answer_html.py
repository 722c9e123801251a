"""A turn of the conversation as HTML: one line, every character of articles and users escaped."""

from collections.abc import Sequence

from qa.answer import Answer, Citation, Outcome
from qa.web import strings
from qa.web.conversation import Conversation, Turn, quotes, reference
from qa.web.escape import about, day, escaped

HOVER_QUOTE_CHARS = 300


def question_html(question: str) -> str:
    """Render what the user typed."""
    return f'<p class="asked">{escaped(question)}</p>'


def turn_html(conversation: Conversation, index: int) -> str:
    """Render what is said to the question of turn `index`: waiting, an answer so far, a refusal."""
    turn = conversation[index]
    if turn.answer is None and turn.remark is None:
        return f'<p class="looking">{escaped(strings.LOOKING)}</p>'
    parts = [_answer(turn.answer, index)] if turn.answer is not None else []
    if turn.remark is not None:
        parts.append(_paragraph("remark", turn.remark))
    return f'<div class="answer">{"".join(parts)}</div>'


def messages(conversation: Conversation) -> list[dict[str, str]]:
    """Return the conversation in the chat component's form."""
    return [
        message for index, turn in enumerate(conversation) for message in _pair(conversation, index, turn)
    ]


def _pair(conversation: Conversation, index: int, turn: Turn) -> tuple[dict[str, str], dict[str, str]]:
    return (
        {"role": "user", "content": question_html(turn.question)},
        {"role": "assistant", "content": turn_html(conversation, index)},
    )


def _answer(answer: Answer, turn: int) -> str:
    parts = [_understood(answer)]
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        parts.append(_refusal(answer, turn))
    else:
        parts += [_sentences(answer, turn), _sources(answer, turn)]
        if answer.outcome is Outcome.PARTIAL:
            parts.append(_paragraph("remark", strings.PARTIAL))
    parts += [_paragraph("remark", _as_sentence(note)) for note in answer.notes]
    return "".join(parts)


def _understood(answer: Answer) -> str:
    if " ".join(answer.standalone_question.split()) == " ".join(answer.question.split()):
        return ""
    label = escaped(strings.UNDERSTOOD)
    return f'<p class="understood">{label} <em>{escaped(answer.standalone_question)}</em></p>'


def _sentences(answer: Answer, turn: int) -> str:
    by_marker = {citation.marker: citation for citation in answer.citations}
    pieces = []
    for sentence in answer.sentences:
        links = "".join(_link(by_marker[marker], turn) for marker in sentence.markers)
        pieces.append(f'<span class="sentence">{escaped(sentence.text)}</span>&#160;{links}')
    return f'<p class="sentences">{" ".join(pieces)}</p>'


def _sources(answer: Answer, turn: int) -> str:
    used = {marker for sentence in answer.sentences for marker in sentence.markers}
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        if citation.marker in used:
            by_article.setdefault(citation.article, []).append(citation)
    rows = "".join(
        f"<li><span>{_links(group, turn)}</span><span>{_named(group[0])}</span></li>"
        for group in by_article.values()
    )
    return f'<div class="sources"><p class="label">{escaped(strings.SOURCES)}</p><ul>{rows}</ul></div>'


def _refusal(answer: Answer, turn: int) -> str:
    verdict = _paragraph("verdict", strings.REFUSED)
    reason = _paragraph("reason", _as_sentence(answer.reason)) if answer.reason else ""
    return f'<div class="refusal">{verdict}{reason}</div>{_nearest(quotes(answer), turn)}'


def _nearest(nearest: Sequence[Citation], turn: int) -> str:
    if not nearest:
        return ""
    rows = "".join(
        f'<li><span class="quoted">{escaped(citation.quote)}</span>&#160;{_link(citation, turn)}'
        f"<br>{_named(citation)}</li>"
        for citation in nearest
    )
    head = f"{_paragraph('label', strings.NEAREST)}{_paragraph('caution', strings.NEAREST_IS_NO_ANSWER)}"
    return f'<div class="nearest">{head}<ul>{rows}</ul></div>'


def _links(citations: Sequence[Citation], turn: int) -> str:
    return "".join(_link(citation, turn) for citation in citations)


def _link(citation: Citation, turn: int) -> str:
    hover = f"{about(citation.title, citation.source, citation.published)}\n“{_shortened(citation.quote)}”"
    href = f"#cite-{reference(turn, citation)}"
    return f'<a href="{href}" class="cite" title="{escaped(hover)}">&#91;{citation.marker}&#93;</a>'


def _named(citation: Citation) -> str:
    origin = " · ".join(
        part for part in (citation.source, day(citation.published) or strings.UNDATED) if part
    )
    return (
        f'<span class="title">{escaped(citation.title)}</span> <span class="origin">{escaped(origin)}</span>'
    )


def _shortened(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= HOVER_QUOTE_CHARS else f"{line[:HOVER_QUOTE_CHARS].rsplit(' ', 1)[0]} …"


def _as_sentence(clause: str) -> str:
    """Give a clause such as a reason its capital and its full stop."""
    return clause[:1].upper() + clause[1:] + ("" if clause.endswith((".", "!", "?")) else ".")


def _paragraph(kind: str, text: str) -> str:
    return f'<p class="{kind}">{escaped(text)}</p>'
