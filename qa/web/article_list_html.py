"""The articles as a list to look through, what became of uploaded ones, and how far an update is."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.records import ArticleRecord
from index.sync import SyncReport
from qa.web.escape import escaped, origin, paragraph
from qa.web.strings import Strings
from qa.web.updating import UpdateState
from qa.web.uploads import Upload

PAGE_SIZE = 50
MOST_REFUSALS = 20  # shown


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the articles that were looked for; pages count from 0."""

    text: str
    page: int
    count: int
    records: tuple[ArticleRecord, ...]


def listing_html(listing: Listing, words: Strings) -> str:
    """Render a page of articles; the page's script sends what is looked for, and opens what is clicked."""
    rows = "".join(_row(record, words) for record in listing.records)
    found = words.article if listing.count == 1 else words.articles.format(count=listing.count)
    return (
        f"{_search(listing, words)}"
        f'<p class="found" role="status">{escaped(found)}</p><ul class="articles">{rows}</ul>{_pager(listing, words)}'
    )


def progress_html(state: UpdateState, words: Strings) -> str:
    """Render how far an update is; nothing where none runs and none failed."""
    if state.problem:
        return paragraph("problem", words.update_failed.format(problem=state.problem))
    if not state.is_running:
        return ""
    progress = state.progress
    done, total = (progress.done, progress.total) if progress else (0, None)
    share = f' value="{done}" max="{total}"' if total else ""
    count = words.of_total.format(done=done, total=total) if total else words.so_far.format(done=done)
    said = escaped(f"{words.updating} {count if done else ''}".strip())
    return f'<div class="progress"><label>{said}<progress{share}></progress></label></div>'


def outcome_html(uploads: Sequence[Upload], report: SyncReport | None, words: Strings) -> str:
    """Render what became of uploaded files and what an update did, with what was refused and why."""
    parts = []
    kept = sum(upload.is_kept for upload in uploads)
    if uploads:
        parts.append(paragraph("done", words.added.format(count=kept)))
    rows = [
        f'<li class="{"kept" if upload.is_kept else "refused"}"><b dir="auto">{escaped(upload.name)}</b>'
        f"{_reasons(upload.reasons, words)}</li>"
        for upload in uploads
        if upload.reasons
    ]
    if report is not None and (kept or report.wrote or not uploads):
        parts.append(paragraph("done", _report(report, words)))
        if not uploads:
            rows += [
                f'<li class="refused"><b dir="auto">{escaped(refusal.path)}</b> {escaped(refusal.reason)}</li>'
                for refusal in report.refused[:MOST_REFUSALS]
            ]
            hidden = len(report.refused) - MOST_REFUSALS
            rows += [f"<li>{escaped(words.and_more.format(count=hidden))}</li>"] if hidden > 0 else []
    if rows:
        parts.append(f"{paragraph('label', words.refused_files)}<ul>{''.join(rows)}</ul>")
    return "".join(parts)


def _report(report: SyncReport, words: Strings) -> str:
    if not report.wrote:
        return words.up_to_date
    return words.updated.format(added=report.added, changed=report.changed, removed=report.removed)


def _reasons(reasons: Sequence[str], words: Strings) -> str:
    shown = [*reasons[:3], *([words.and_more.format(count=len(reasons) - 3)] if len(reasons) > 3 else [])]
    return f" {escaped('; '.join(shown))}"


def _search(listing: Listing, words: Strings) -> str:
    label = escaped(words.look_for)
    return (
        f'<form role="search"><input type="search" name="text" aria-label="{label}" placeholder="{label}"'
        f' autocomplete="off" value="{escaped(listing.text)}"></form>'
    )


def _row(record: ArticleRecord, words: Strings) -> str:
    where = escaped(origin(record.source, record.published, words))
    return (
        f'<li><button type="button" data-article="{escaped(record.id)}"><span class="title" dir="auto">'
        f'{escaped(record.title)}</span><span class="origin">{where}</span></button></li>'
    )


def _pager(listing: Listing, words: Strings) -> str:
    last = max(0, (listing.count - 1) // PAGE_SIZE)
    if not last:
        return ""
    position = escaped(words.page_of.format(number=listing.page + 1, count=last + 1))
    back = f'data-page="{listing.page - 1}"' if listing.page else "disabled"
    onwards = f'data-page="{listing.page + 1}"' if listing.page < last else "disabled"
    return (
        f'<div class="pager"><button type="button" class="plain" {back}>{escaped(words.previous_page)}</button>'
        f"<span>{position}</span>"
        f'<button type="button" class="plain" {onwards}>{escaped(words.next_page)}</button></div>'
    )
