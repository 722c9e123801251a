"""When the articles do not say: a reason for refusing that is true."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from index.filters import Filters
from index.lexical import WeightedTerm
from index.reader import IndexReader
from qa.confidence import SOUGHT_KINDS
from qa.dates import years
from qa.languages import seems_english
from qa.query import Kind, Query
from qa.sources import unknown_sources
from qa.terms import ResolvedTerm, judged_terms


class Seen(NamedTuple):
    """What all sentences found come to, where none answers."""

    is_any: bool  # there are some …
    is_of_years: bool  # … and some of a passage about all years that the question names …
    is_of_owner: bool  # … that do not all tell of another country's office, or capital, than was asked for
    is_anothers: bool  # they say of another country what the question takes for granted of one
    fits: bool  # some hold the kind of answer asked for


def why_not(
    query: Query, terms: Sequence[ResolvedTerm], seen: Seen, reader: IndexReader, filters: Filters = Filters()
) -> str:
    """Return why the question is refused. Each claim of absence was asked of the live index."""
    counting = judged_terms(terms)
    if query.kind is Kind.SMALL_TALK:
        return 'nothing is asked of the articles; ask about somebody, a place or an event, or "What is new?"'
    if not seems_english(query.text):
        return "the question does not seem to be in English, and only that is understood"
    if not counting and not query.is_of_all:
        return "the question holds no word to look for"
    if reader.passage_count == 0:
        return "there are no articles"
    if query.is_of_all:
        if query.text and reader.stats().earliest is None:  # it names days
            return "no article gives its date"
        return "no article is within the dates or source asked for"
    if unknown := unknown_sources(query.text, reader.sources):
        return f"no article names {_quoted(unknown, 'or')} as its source"
    telling = [term for term in counting if term.term.weight >= 0.5] or counting
    missing = sorted((t for t in telling if t.is_missing or t.is_broader), key=lambda t: not t.term.is_name)
    if missing:
        return f"no article mentions {_listed(missing, 'or')}"
    if not seen.is_any:  # the articles hold the words; only filters can have kept all passages back
        return "no article is within the dates or source asked for"
    kept_back = [term for term in telling if not _is_within(filters, term, reader)]
    if kept_back and all(_is_only_undated(filters, term, reader) for term in kept_back):
        return (
            f"only undated articles mention {_listed(kept_back, 'and')}; a first or last day leaves them out"
        )
    if kept_back:
        return f"articles mention {_listed(kept_back, 'and')}, but none within the dates or source asked for"
    together = reader.co_occurrence([[stem for stem, _ in term.forms] for term in telling])
    if together == 0 and len(telling) > 1:
        return f"articles mention {_listed(telling, 'and')}, but no passage mentions them together"
    asked_years = years(query.text)
    if asked_years and not seen.is_of_years:
        others = [term for term in telling if term.term.surface not in asked_years] or telling
        about = " and ".join(sorted(asked_years))
        return f"articles mention {_listed(others, 'and')}; no passage found is about {about}"
    if seen.is_anothers:
        return (
            f"articles mention {_listed(telling, 'and')}, but the sentences found say that of another country"
        )
    if not seen.is_of_owner:
        return f"articles mention {_listed(telling, 'and')}, but the sentences found tell only of another country's"
    if query.kind in SOUGHT_KINDS and not seen.fits:
        return f"articles mention {_listed(telling, 'and')}; no sentence found says {query.cue}"
    return f"articles mention {_listed(telling, 'and')}, but no sentence found answers the question"


def _is_within(filters: Filters, term: ResolvedTerm, reader: IndexReader) -> bool:
    """Tell whether the filters let a passage through that has a word, in whatever form counts as it."""
    forms = [WeightedTerm(stem, weight) for stem, weight in term.forms]
    return filters == Filters() or bool(reader.search_terms(forms, filters=filters, limit=1))


def _is_only_undated(filters: Filters, term: ResolvedTerm, reader: IndexReader) -> bool:
    """Tell whether all articles of the source asked for that have a word give no date, where one has to be given."""
    if filters.since is None and filters.until is None:
        return False
    is_of_source = _is_within(Filters(source=filters.source), term, reader)
    return is_of_source and not _is_within(Filters(since=date.min, source=filters.source), term, reader)


def _listed(terms: Sequence[ResolvedTerm], conjunction: str) -> str:
    """List words as the articles have them: what they spell otherwise, they do not mention as asked."""
    return _quoted([term.spelling or term.term.surface for term in terms], conjunction)


def _quoted(names: Sequence[str], conjunction: str) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"
