"""The cited articles on a line of time: each a dot that opens it at its first quote."""

from collections.abc import Sequence
from datetime import date

from qa.answer import Citation
from qa.web.conversation import reference
from qa.web.escape import about, day, escaped
from qa.web.strings import Strings

LEAST_GAP = 3.5  # per cent of the line's length between two dots


def timeline_html(citations: Sequence[Citation], turn: int, words: Strings) -> str:
    """Render the dated articles among the citations by date; nothing where they are not of two days at least."""
    firsts = {citation.article: citation for citation in reversed(citations)}
    dated = sorted(
        (
            (citation.published, citation.marker, citation)
            for citation in firsts.values()
            if citation.published
        ),
        key=lambda found: found[:2],
    )
    days = [published for published, _, _ in dated]
    if len(set(days)) < 2:
        return ""
    dots = "".join(
        f'<li style="--at:{at:.1f}%">{_dot(citation, turn, words)}</li>'
        for at, (_, _, citation) in zip(places(days), dated, strict=True)
    )
    ends = "".join(f"<span>{escaped(day(end, words) or '')}</span>" for end in (days[0], days[-1]))
    return (
        f'<div class="timeline"><ol aria-label="{escaped(words.timeline)}">{dots}</ol>'
        f'<p class="ends" aria-hidden="true">{ends}</p></div>'
    )


def places(days: Sequence[date]) -> list[float]:
    """Return where days, in order, stand between 0 and 100: to scale, but never on top of one another."""
    first, span = days[0].toordinal(), max(1, days[-1].toordinal() - days[0].toordinal())
    found: list[float] = []
    for published in days:
        at = 100 * (published.toordinal() - first) / span
        found.append(max(at, found[-1] + LEAST_GAP) if found else at)
    excess = max(1.0, found[-1] / 100)
    return [at / excess for at in found]


def _dot(citation: Citation, turn: int, words: Strings) -> str:
    named = about(citation.title, citation.source, citation.published, words)
    href, label = f"#cite-{reference(turn, citation)}", escaped(named)
    return f'<a href="{href}" class="cite dot" title="{label}" aria-label="{label}"></a>'
