"""How sure an answer would be: the chance that the best evidence answers, by its words and by the reader's odds."""

import math
import re
from collections.abc import Mapping, Sequence

from qa.durations import tells_how_long
from qa.kinds import speaks_on, tells_purpose
from qa.offices import tells_the_office
from qa.query import Kind, Query
from qa.sayings import asks_what_is_said
from qa.signals import Evidence
from qa.terms import ResolvedTerm, judged_terms, words_that_count
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

# What tells of a sentence that was read whether it answers, and what each weighs: a logistic regression fitted by
# `python -m training confidence` on what strangers asked and what was held back from the reader's training.
CONFIDENCE_WEIGHTS = {
    "odds": 0.26,  # the reader's log-odds of the best sentence, within MOST_ODDS …
    "surest": 0.14,  # … and the highest of the best SENTENCES_READ
    "context": 0.65,  # share of the question's mass in the best sentence, its surroundings credited in part
    "names_absent": -1.73,  # share of the question's names that its passage and title lack
    "unknown": -2.03,  # share of the question's mass in telling words that no article holds
    "short": -5.95,  # how short the question is: fewer words are sooner all there by chance
    "meaning": 1.37,  # cosine of question and sentence
    "misses": -0.5,  # the best sentences count something else, or nobody speaks there; set by hand, as few do, and …
    "lacks": -1.5,  # … no article has what is to be counted, or was done
}
CONFIDENCE_AT_ZERO = 5.15  # where all of these are 0; as if .61 of all that is asked could be answered
MOST_ODDS = 6.0  # that count, for or against
# A question of many words is asked over several articles, of which no sentence tells all: there its words decide.
READ_TO_WORDS, READ_TO_SCALE = 12, 1.5

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
BEST_READ = 3  # evidence among which the kind of answer asked for is looked for
# Below these, a sentence with all of the question and a time or an end does not tell when or why.
DOUBTED_ODDS = -3.0


def confidence(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> float:
    """Return how likely it is that the best evidence answers the question, 0 to 1; 0.5 is the border."""
    if not evidence:
        return 0.0
    if query.is_of_all:
        return 1.0
    words = words_that_count(terms)
    certainty = _by_words(query, terms, evidence)
    is_read = any(item.odds is not None for item in evidence)
    if is_read and not is_told_by_words(query, terms, evidence):
        share = shortness(words, middling=READ_TO_WORDS, scale=READ_TO_SCALE)
        by_reading = _by_reading(confidence_signals(query, terms, evidence))
        read = share * by_reading + (1 - share) * certainty
        if not asks_whether(query, terms):
            certainty = read
        elif tells_whether(terms, evidence[0]) or _counting_odds(evidence[0]) > 0:
            certainty = max(certainty, read)  # that it is so, or is not, words alone may tell
    if tells_how_long(query, terms, evidence[0]):
        # By its words, "four days of negotiations" says little of talks.
        certainty = max(certainty, TOLD_CERTAINTY)
    return 1 / (1 + math.exp(-certainty))


def confidence_signals(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]
) -> dict[str, float]:
    """Return the signals of `CONFIDENCE_WEIGHTS` for what was read."""
    best = evidence[0]
    return {
        "odds": _counting_odds(best),
        "surest": max(map(_counting_odds, evidence[:SENTENCES_READ])),
        "context": best.context,
        "names_absent": best.names_absent,
        "unknown": _unknown_share(terms),
        "short": shortness(words_that_count(terms)),
        "meaning": best.meaning,
        "misses": float(_counts_others(query, terms, evidence) or _is_silent(query, evidence)),
        "lacks": float(_lacks_what_is_asked(query, terms, evidence)),
    }


def _by_reading(signals: Mapping[str, float]) -> float:
    weighed = sum(weight * signals[name] for name, weight in CONFIDENCE_WEIGHTS.items())
    return CONFIDENCE_AT_ZERO + weighed


def _counting_odds(item: Evidence) -> float:
    """Return the reader's log-odds, within what counts; of a sentence not read, the least."""
    return -MOST_ODDS if item.odds is None else max(-MOST_ODDS, min(MOST_ODDS, item.odds))


def _by_words(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> float:
    """Return the certainty, 0 at the border, by how much of the question the best passage and sentence hold."""
    words = words_that_count(terms)
    is_whether = asks_whether(query, terms)
    names_penalty = NAMES_PENALTY if words < NAMES_COUNT_TO else 0.0
    if is_whether:  # it is not so of another either
        names_penalty = WHETHER_NAMES_PENALTY
    passage = max(item.passage_share - names_penalty * item.names_absent for item in evidence)
    beside = SENTENCE_SHARE * (1 - shortness(words))
    held = (1 - beside) * passage + beside * max(item.own for item in evidence[:SENTENCES_READ])
    misses = (
        _counts_others(query, terms, evidence)
        or _is_silent(query, evidence)
        or _lacks_the_deed(query, terms)
        or (is_whether and not tells_whether(terms, evidence[0]))
    )
    penalty = MISS_PENALTY if misses else _kind_penalty(query, evidence)
    return STEEPNESS * (held - needed_share(words) - penalty)


def is_told_by_words(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> bool:
    """Whether words alone decide whether the best sentence answers: the reader has not learned to see that."""
    return (
        query.kind is Kind.OVERVIEW
        or _asks_of_a_name_that_is_there(query, terms, evidence)
        or tells_the_office(query, evidence[0])
        or _says_little_else(words_that_count(terms), evidence[0])
        or _is_told_by_cue(query, terms, evidence[0])
    )


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
    counted = _counted(terms)
    words = {stem for term in counted for stem in term.stems}
    is_uncounted = query.cue == "how many" and any(term.is_missing for term in counted[:1])
    least = LEAST_OWN if is_uncounted else 0.0
    return not any(
        item.fits and item.own >= least and (not words or item.stems & words) for item in evidence[:BEST_READ]
    )


def _counted(terms: Sequence[ResolvedTerm]) -> list[ResolvedTerm]:
    """Return what may be what a question of how many counts, that first."""
    telling = [term for term in terms if term.term.weight == 1.0]
    return [term for term in telling if not term.term.is_name] or telling


def _lacks_what_is_asked(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> bool:
    """Tell whether no article has what is to be counted, or the deed: what the reader would take another for."""
    has_none = any(term.is_missing or term.is_broader for term in _counted(terms)[:1])
    is_uncounted = query.cue == "how many" and has_none and _counts_others(query, terms, evidence)
    return is_uncounted or _lacks_the_deed(query, terms)


def _asks_of_a_name_that_is_there(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]
) -> bool:
    """Whether nothing but "Who is Charles Michel?", "What did he do?", "What happened in Brussels?" or "What did the
    mayor say?" is asked, and the best sentence has all that is named; that it speaks there, too.

    It says something of it; what it says, the reader seldom takes for an answer.
    """
    asks_what_happened = any(form.match(query.text) for form in (_WHAT_HAPPENED, _WHAT_IS_DONE))
    says = query.kind is Kind.SAYING and bool(evidence[0].fits)
    is_defined = query.kind is Kind.DEFINITION
    counting = [term for term in judged_terms(terms) if term.term.weight >= 0.5 or is_defined]
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
    judged = judged_terms(terms)
    unknown = sum(term.mass for term in judged if term.is_missing and term.term.weight >= 0.5)
    return unknown / (sum(term.mass for term in judged) or 1.0)


def _lacks_the_deed(query: Query, terms: Sequence[ResolvedTerm]) -> bool:
    """Tell whether no article has the deed of "What was served?", without which nothing of it is told."""
    asked = _WHAT_WAS.match(query.text)
    return asked is not None and any(t.is_missing and t.term.surface == asked[1] for t in terms)


def needed_share(words: int) -> float:
    """Return the share of a question's mass that a passage must hold, falling with the number of its words."""
    return LONG_NEEDS + (SHORT_NEEDS - LONG_NEEDS) * shortness(words)


def shortness(words: int, *, middling: int = MIDDLING_WORDS, scale: float = WORDS_SCALE) -> float:
    """Return how short a question of so many words is: 1 for a few, 0 for many."""
    return 1 / (1 + math.exp((words - middling) / scale))
