"""A turn of the conversation as HTML: every character of articles and users escaped."""

from collections.abc import Sequence

from qa.answer import Answer, Citation, Outcome
from qa.recent import Recent
from qa.web.conversation import Conversation, Rating, Story, Turn, quotes, quotes_in_use, reference
from qa.web.escape import about, escaped, origin, paragraph
from qa.web.export import as_markdown
from qa.web.feedback import MAX_WORD_CHARS
from qa.web.filters import in_words
from qa.web.kept import turn_as_json
from qa.web.strings import Strings
from qa.web.timeline_html import timeline_html

HOVER_QUOTE_CHARS = 400
REMEMBERED_CHARS = 16_000_000  # some 500 turns: while one grows, those before it are as they were
_rendered: Recent[str] = Recent()


def turns_html(conversation: Conversation, words: Strings, *, known: int = 0) -> list[str | None]:
    """Return the conversation, one piece of HTML a turn; None for the first turns, which the page knows already."""
    return [
        None if index < known else turn_html(conversation, index, words) for index in range(len(conversation))
    ]


def turn_html(conversation: Conversation, index: int, words: Strings) -> str:
    """Render turn `index`: the question and what is said to it: waiting, an answer so far, a refusal."""
    key = (conversation[index], index, words)
    html = _rendered.get(key)
    if html is None:
        html = _turn_html(*key)
        _rendered.put(key, html, most=REMEMBERED_CHARS, size=len(html))
    return html


def _turn_html(turn: Turn, index: int, words: Strings) -> str:
    narrowed = " · ".join(shown for _, shown in in_words(turn.filters, words))
    asked = f'<h2 class="asked" dir="auto">{escaped(turn.question)}</h2>'
    asked += paragraph("narrowed", narrowed) if narrowed else ""
    return (
        f'<section class="turn" data-turn="{index + 1}" data-record="{escaped(turn_as_json(turn))}">'
        f"{asked}{_said(turn, index, words)}</section>"
    )


def _said(turn: Turn, index: int, words: Strings) -> str:
    is_waiting = turn.answer is None or turn.answer.is_waiting
    if is_waiting and turn.remark is None:
        return paragraph("looking", words.looking)
    shown = None if is_waiting else turn.answer
    parts = [_answer(turn, shown, index, words)] if shown is not None else []
    if turn.remark is not None:
        parts.append(paragraph("remark", turn.remark))
    return f'<div class="answer">{"".join(parts)}{_actions(turn, words)}</div>'


def _answer(turn: Turn, answer: Answer, index: int, words: Strings) -> str:
    parts = [_understood(answer, words)]
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        parts.append(_refusal(answer, index, words))
    else:
        parts += [_sentences(answer, index, words), _sources(turn, answer, index, words)]
        if answer.outcome is Outcome.PARTIAL:
            parts.append(paragraph("remark", words.partial))
    parts += [paragraph("remark", _as_sentence(note)) for note in answer.notes]
    return "".join(parts)


def _understood(answer: Answer, words: Strings) -> str:
    if answer.is_read_as_written:
        return ""
    label = escaped(words.understood)
    return f'<p class="understood">{label} <em dir="auto">{escaped(answer.standalone_question)}</em></p>'


def _sentences(answer: Answer, turn: int, words: Strings) -> str:
    by_marker = {citation.marker: citation for citation in answer.citations}
    pieces = []
    for sentence in answer.sentences:
        if not sentence.verified:
            said = f"<del>{escaped(sentence.text)}</del> <small>{escaped(words.struck)}</small>"
            pieces.append(f'<span class="sentence struck">{said}</span>')
            continue
        links = "".join(_link(by_marker[marker], turn, words) for marker in sentence.markers)
        pieces.append(f'<span class="sentence">{escaped(sentence.text)}</span>&#160;{links}')
    return f'<p class="sentences" dir="auto">{" ".join(pieces)}</p>'


def _sources(turn: Turn, answer: Answer, index: int, words: Strings) -> str:
    """Render the time line and the cited articles, those of one story together."""
    cited = quotes_in_use(answer)
    by_article: dict[str, list[Citation]] = {}
    for citation in cited:
        by_article.setdefault(citation.article, []).append(citation)
    stories = turn.stories or tuple(Story((article,), 1) for article in by_article)
    rows = "".join(
        f"<li>{''.join(_cited(by_article[article], index, words) for article in story.articles)}"
        f"{_told(story, words)}</li>"
        for story in stories
        if by_article.keys() >= set(story.articles)
    )
    count = _count(turn.stories, len(by_article), words)
    label = f'<p class="label">{escaped(words.sources)}{count}</p>'
    return f'<div class="sources">{timeline_html(cited, index, words)}{label}<ul>{rows}</ul></div>'


def _cited(group: Sequence[Citation], index: int, words: Strings) -> str:
    links = "".join(_link(citation, index, words) for citation in group)
    return (
        f'<div class="cited"><span class="markers">{links}</span><span>{_named(group[0], words)}</span></div>'
    )


def _told(story: Story, words: Strings) -> str:
    return paragraph("told", words.told_by.format(count=story.told)) if story.told > 1 else ""


def _count(stories: Sequence[Story], articles: int, words: Strings) -> str:
    """Say how many stories are behind the answer, where it quotes several articles."""
    if articles < 2 or not stories:
        return ""
    count = words.story if len(stories) == 1 else words.stories
    return f' <span class="count">{escaped(count.format(count=len(stories), articles=articles))}</span>'


def _refusal(answer: Answer, turn: int, words: Strings) -> str:
    verdict = paragraph("verdict", words.refused)
    reason = paragraph("reason", _as_sentence(answer.reason)) if answer.reason else ""
    return f'<div class="refusal">{verdict}{reason}</div>{_nearest(quotes(answer), turn, words)}'


def _nearest(nearest: Sequence[Citation], turn: int, words: Strings) -> str:
    if not nearest:
        return ""
    rows = "".join(
        f'<li><span class="quoted" dir="auto">{escaped(citation.quote)}</span>&#160;'
        f"{_link(citation, turn, words)}<br>{_named(citation, words)}</li>"
        for citation in nearest
    )
    head = f"{paragraph('label', words.nearest)}{paragraph('caution', words.nearest_is_no_answer)}"
    return f'<div class="nearest">{head}<ul>{rows}</ul></div>'


def _link(citation: Citation, turn: int, words: Strings) -> str:
    hover = (
        f"{about(citation.title, citation.source, citation.published, words)}\n“{_shortened(citation.quote)}”"
    )
    href, name = f"#cite-{reference(turn, citation)}", escaped(f"[{citation.marker}] {citation.title}")
    return f'<a href="{href}" class="cite" title="{escaped(hover)}" aria-label="{name}">&#91;{citation.marker}&#93;</a>'


def _named(citation: Citation, words: Strings) -> str:
    where = escaped(origin(citation.source, citation.published, words))
    return f'<span class="title">{escaped(citation.title)}</span> <span class="origin">{where}</span>'


def _actions(turn: Turn, words: Strings) -> str:
    """Render what can be done with an answer; the page's script acts on `data-do`.

    All turns have the same, so that one stays as it is when another follows; the style shows "again" on the last.
    """
    if turn.answer is None:
        return _bar(_button("again", words.again), words)
    buttons = [
        _button("copy", words.copy),
        _button("markdown", words.download_markdown),
        _button("json", words.download_json),
        _button("link", words.link),
        _button("again", words.again),
        _thumbs(turn.rating, words),
    ]
    markdown = escaped(as_markdown(turn.answer, words))
    return _bar("".join(buttons), words, f' data-markdown="{markdown}"') + _word(turn.rating, words)


def _bar(buttons: str, words: Strings, data: str = "") -> str:
    return (
        f'<div class="actions" role="group" aria-label="{escaped(words.actions_label)}"{data}>{buttons}</div>'
    )


def _button(action: str, name: str) -> str:
    return f'<button type="button" class="plain" data-do="{action}">{escaped(name)}</button>'


def _thumbs(rating: Rating | None, words: Strings) -> str:
    return "".join(
        f'<button type="button" class="plain thumb {vote}" data-do="rate" data-vote="{vote}"'
        f' aria-pressed="{"true" if rating and rating.vote == vote else "false"}"'
        f' aria-label="{escaped(name)}" title="{escaped(name)}"></button>'
        for vote, name in (("up", words.helpful), ("down", words.unhelpful))
    )


def _word(rating: Rating | None, words: Strings) -> str:
    """Render the field for a word, once there is a thumb, and thanks once there is a word."""
    if rating is None:
        return ""
    if rating.word:
        return paragraph("remark", words.thanks)
    label = escaped(words.word)
    return (
        f'<form class="word" data-vote="{rating.vote}"><input type="text" maxlength="{MAX_WORD_CHARS}"'
        f' aria-label="{label}" placeholder="{label}"><button class="plain">{escaped(words.send)}</button></form>'
    )


def _shortened(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= HOVER_QUOTE_CHARS else f"{line[:HOVER_QUOTE_CHARS].rsplit(' ', 1)[0]} …"


def _as_sentence(clause: str) -> str:
    """Give a clause such as a reason its capital and its full stop."""
    return clause[:1].upper() + clause[1:] + ("" if clause.endswith((".", "!", "?")) else ".")
