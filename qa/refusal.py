"""When the articles do not say: how sure an answer would be, and a reason for refusing that is true."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.filters import Filters
from index.lexical import WeightedTerm
from index.reader import IndexReader
from qa.dates import years
from qa.durations import tells_how_long
from qa.kinds import speaks_on, tells_purpose
from qa.offices import tells_the_office
from qa.query import Kind, Query
from qa.sayings import asks_what_is_said
from qa.signals import Evidence
from qa.sources import unknown_sources
from qa.terms import ResolvedTerm, judged_by, words_that_count
from qa.whether import asks_whether, tells_whether

_WHAT_HAPPENED = re.compile(
    r"\W*what\s+(?:(?:is|has|had)\s+)?(?:happen(?:s|ed|ing)?|took\s+place|takes\s+place)\b", re.I
)
_WHAT_IS_DONE = re.compile(
    r"\W*what\s+(?:(?:did|does|do)\s+.+\s+do|(?:has|have|had)\s+.+\s+done|(?:is|are|was|were)\s+.+\s+doing)\b",
    re.I,
)
_WHAT_WAS = re.compile(r"\W*what\s+(?:is|are|was|were)\s+(\w+)", re.I)
SOUGHT_KINDS = (Kind.WHO, Kind.WHEN, Kind.WHERE, Kind.QUANTITY)  # that a sentence can be seen to hold

# How much of a question's mass one passage must hold, and what holds too little: chosen by grid search on
# RealTimeQA 2022, SQuAD 2.0, MultiHop-RAG and questions of one asked of another's articles. A question of
# many words is answered by a passage that holds less of it; but then a sentence must hold some of it together.
SHORT_NEEDS, LONG_NEEDS = 0.66, 0.277  # of questions well below and above MIDDLING_WORDS
SENTENCE_SHARE = 0.3  # what a long question's best sentence counts beside the best passage
MIDDLING_WORDS, WORDS_SCALE = 12, 2.0
NAMES_PENALTY, WHETHER_NAMES_PENALTY, FITS_PENALTY = 0.2, 0.5, 0.15
MISS_PENALTY = 0.5  # where the best sentences count something else, do not tell whether, or nobody speaks
LEAST_OWN = 0.5  # of the question's mass, held by the sentence that counts what no article mentions
NAMES_COUNT_TO = 8  # words, from which on a question names more than one passage holds
STEEPNESS = 8.0  # of the way from the margin to the confidence
SENTENCES_READ = 12  # the best, for how much of the question one sentence holds
WHOLE, FEW_WORDS = 0.9, 8  # share of the question's mass, and words, of a sentence that says little else
TOLD_CERTAINTY = 1.0  # at least, where how long stands right before what lasts
TOLD_IN_CONTEXT = 0.8  # share of the question's mass, of a sentence in which it is said
BEST_READ = 3  # evidence among which the kind of answer asked for is looked for, and whose odds count

# What the reader's odds count beside that in a question's certainty: chosen on what was held back from its training.
READER_SHARE = 0.8  # of a short question …
READ_WORDS = 8  # … half of it at so many words
MOST_LIFT = 2.5  # that the odds may give: they do not know that a word of the question is in no article;
UNKNOWN_SHARE = 0.25  # of its mass, which may be in none: of more they lift nothing …
UNKNOWN_DROP, SURE_ODDS = 0.3, 1.5  # … and take some where they are not for it either
CERTAIN_ODDS = 5.0  # of one sentence, that decide by themselves …
REWORDED_ODDS = 4.0  # … and where what no article has are words, no names: a sentence may tell it in others
DOUBTED_ODDS = (
    -3.0
)  # below these, a sentence with all of the question and a time or an end does not tell when or why


def confidence(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> float:
    """Return how likely it is that the best evidence answers the question, 0 to 1; 0.5 is the border."""
    if not evidence:
        return 0.0
    if query.is_of_all:
        return 1.0
    words = words_that_count(terms)
    is_whether = asks_whether(query, terms)
    names_penalty = NAMES_PENALTY if words < NAMES_COUNT_TO else 0.0
    if is_whether:  # it is not so of another either
        names_penalty = WHETHER_NAMES_PENALTY
    passage = max(item.passage_share - names_penalty * item.names_absent for item in evidence)
    beside = SENTENCE_SHARE * (1 - shortness(words))
    held = (1 - beside) * passage + beside * max(item.own for item in evidence[:SENTENCES_READ])
    misses = _counts_others(query, terms, evidence) or _lacks_the_deed(query, terms)
    misses = misses or (is_whether and not tells_whether(terms, evidence[0])) or _is_silent(query, evidence)
    penalty = MISS_PENALTY if misses else _kind_penalty(query, evidence)
    certainty = STEEPNESS * (held - needed_share(words) - penalty)
    is_plain = (
        query.kind is Kind.OVERVIEW
        or _asks_of_a_name_that_is_there(query, terms, evidence)
        or tells_the_office(query, evidence[0])
        or _says_little_else(words, evidence[0])
        or _is_told_by_cue(query, terms, evidence[0])
    )
    if not (is_whether or is_plain):  # which the reader has not learned to answer
        # Of "what was served" no sentence can be seen to hold the kind of answer.
        enough = math.inf if query.kind is Kind.WHAT else SURE_ODDS
        enough_odds = enough if _unknown_share(terms) > UNKNOWN_SHARE else None
        decisive = REWORDED_ODDS if _lacks_words_alone(terms) else CERTAIN_ODDS
        certainty = _with_reader(
            certainty, words, evidence, misses=misses, enough_odds=enough_odds, decisive=decisive
        )
    if tells_how_long(query, terms, evidence[0]):
        # By its words, "four days of negotiations" says little of talks.
        certainty = max(certainty, TOLD_CERTAINTY)
    return 1 / (1 + math.exp(-certainty))


def _kind_penalty(query: Query, evidence: Sequence[Evidence]) -> float:
    """Return what it costs that the best evidence does not hold the kind of answer asked for."""
    has_kind = query.kind not in SOUGHT_KINDS or any(item.fits for item in evidence[:BEST_READ])
    return 0.0 if has_kind else FITS_PENALTY


def _is_silent(query: Query, evidence: Sequence[Evidence]) -> bool:
    """Whether it is asked what somebody says, and nobody of that name says anything in the best sentences."""
    return query.kind is Kind.SAYING and not any(item.fits for item in evidence[:SENTENCES_READ])


def _counts_others(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> bool:
    """Whether it is asked how many or how long, and none of the best sentences gives such an amount with a word that
    tells of what: "6,000 who gathered".

    Where no article mentions what is to be counted, such a sentence must hold half of the question.
    """
    if query.kind is not Kind.QUANTITY:
        return False
    telling = [term for term in terms if term.term.weight == 1.0]
    counted = [term for term in telling if not term.term.is_name] or telling
    words = {stem for term in counted for stem in term.stems}
    is_uncounted = query.cue == "how many" and any(term.is_missing for term in counted[:1])
    least = LEAST_OWN if is_uncounted else 0.0
    return not any(
        item.fits and item.own >= least and (not words or item.stems & words) for item in evidence[:BEST_READ]
    )


def _asks_of_a_name_that_is_there(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]
) -> bool:
    """Whether nothing but "Who is Charles Michel?", "What did he do?", "What happened in Brussels?" or "What did the
    mayor say?" is asked, and the best sentence has all that is named; that it speaks there, too.

    It says something of it; what it says, the reader seldom takes for an answer.
    """
    asks_what_happened = any(form.match(query.text) for form in (_WHAT_HAPPENED, _WHAT_IS_DONE))
    says = query.kind is Kind.SAYING and bool(evidence[0].fits)
    counting = [term for term in terms if term.term.weight >= 0.5 or query.kind is Kind.DEFINITION]
    is_open = query.kind is Kind.DEFINITION or asks_what_happened or says
    is_all_name = is_open and all(term.term.is_name for term in counting)
    is_of_nothing_else = is_all_name or (says and asks_what_is_said(query))
    goes_on = says and speaks_on(evidence[0].text)  # right below whoever is named
    has_all = goes_on or all(evidence[0].stems & term.stems for term in counting)
    return bool(counting) and is_of_nothing_else and has_all


def _says_little_else(words: int, best: Evidence) -> bool:
    """Whether the best sentence is short and has all of the question, as "The delay annoys Lorne"."""
    return words > 1 and best.own >= WHOLE and len(best.text.split()) <= FEW_WORDS


def _is_told_by_cue(query: Query, terms: Sequence[ResolvedTerm], best: Evidence) -> bool:
    """Whether the best sentence, with its surroundings, has most of what is asked, and the cue that tells it: whom it
    is asked of says something there, a cause is given, how long stands right before what lasts, or a time or an end
    beside all that is asked, which the reader hardly doubts."""
    match query.kind:
        case Kind.SAYING:
            return bool(best.fits) and best.context >= TOLD_IN_CONTEXT
        case Kind.WHY:
            is_caused = best.fits == 1.0 and best.context >= TOLD_IN_CONTEXT
            return is_caused or (
                best.own >= WHOLE and not _is_doubted(best) and tells_purpose(best.text, query.text)
            )
        case Kind.QUANTITY:
            return tells_how_long(query, terms, best)
        case Kind.WHEN:
            return best.fits > 0 and best.own >= WHOLE and not _is_doubted(best)
    return False


def _is_doubted(best: Evidence) -> bool:
    return best.odds is not None and best.odds < DOUBTED_ODDS


def _unknown_share(terms: Sequence[ResolvedTerm]) -> float:
    """Return how much of the question's mass is in telling words that no article holds."""
    judged = [term for term, counts in zip(terms, judged_by(terms), strict=True) if counts]
    unknown = sum(term.mass for term in judged if term.is_missing and term.term.weight >= 0.5)
    return unknown / (sum(term.mass for term in judged) or 1.0)


def _lacks_the_deed(query: Query, terms: Sequence[ResolvedTerm]) -> bool:
    """Tell whether no article has the deed of "What was served?", without which nothing of it is told."""
    asked = _WHAT_WAS.match(query.text)
    return asked is not None and any(t.is_missing and t.term.surface == asked[1] for t in terms)


def _lacks_words_alone(terms: Sequence[ResolvedTerm]) -> bool:
    """Tell whether what no article has of the question are words, which a sentence may put otherwise, and no name."""
    missing = [term for term in terms if term.is_missing and term.term.weight >= 0.5]
    return bool(missing) and not any(term.term.is_name for term in missing)


def _with_reader(
    certainty: float,
    words: int,
    evidence: Sequence[Evidence],
    *,
    misses: bool,
    enough_odds: float | None,
    decisive: float,
) -> float:
    """Let the reader's odds say most of it, the more the shorter the question.

    What answers a long one, over several articles, seldom stands in one sentence. With `enough_odds`, much of
    the question is in no article: odds below these take some. Odds of `decisive` of one sentence are enough.
    """
    most = max((item.odds for item in evidence if item.odds is not None), default=-math.inf)
    if most >= decisive and not misses:
        return max(certainty, most - decisive)
    read = [item.odds for item in evidence[:BEST_READ] if item.odds is not None and item.own > 0]
    if not read:
        return certainty
    short = shortness(words, middling=READ_WORDS)
    odds = float(np.logaddexp.reduce(read))
    together = (1 - READER_SHARE * short) * certainty + READER_SHARE * short * odds
    if enough_odds is not None:
        return min(together, certainty - UNKNOWN_DROP * (odds < enough_odds))
    return min(together, certainty if misses else certainty + MOST_LIFT)


def needed_share(words: int) -> float:
    """Return the share of a question's mass that a passage must hold, falling with the number of its words."""
    return LONG_NEEDS + (SHORT_NEEDS - LONG_NEEDS) * shortness(words)


def shortness(words: int, *, middling: int = MIDDLING_WORDS) -> float:
    """Return how short a question of so many words is: 1 for a few, 0 for many."""
    return 1 / (1 + math.exp((words - middling) / WORDS_SCALE))


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
    counting = [term for term, counts in zip(terms, judged_by(terms), strict=True) if counts]
    if query.kind is Kind.SMALL_TALK:
        return 'nothing is asked of the articles; ask about somebody, a place or an event, or "What is new?"'
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


def _listed(terms: Sequence[ResolvedTerm], conjunction: str) -> str:
    """List words as the articles have them: what they spell otherwise, they do not mention as asked."""
    return _quoted([term.spelling or term.term.surface for term in terms], conjunction)


def _quoted(names: Sequence[str], conjunction: str) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"
