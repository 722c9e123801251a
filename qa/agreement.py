"""Does a sentence of an article carry a claim? Where a rule may see a difference or overlook it, it sees one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.analysis import fold
from index.names import transliteration_key
from index.records import StoredPassage
from qa.facts import HAPPENING, HEAD_REACH, MEASURES, QUANTIFIERS, WEAK, Number, Reading, Word, read_sentence
from qa.forms import related_stems
from qa.meaning import Meaning
from qa.opposites import are_opposites
from qa.roles import Matches, roles_agree

NEAR_BEFORE, NEAR_AFTER = 2, 1  # sentences of the passage that a sentence's pronouns may lean on
LEAST_LIKENESS = 0.5  # cosine from which a word says what another says: talks and discussions
LEAST_OWN_SHARE = 0.6  # of what the claim says, that the carrying sentence itself must say
LEAST_CONTENT = 2  # words, names and numbers that a claim must hold to say anything
NAME_GAP = 2  # words that may stand between two of a name
KEY_CHARS = 5  # from which names of one sound are one name


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of an article, and what stands around it."""

    sentence: Reading
    near: frozenset[str]  # stems of the sentences around it and of the title
    near_values: frozenset[str]  # numbers there
    around: tuple[str, ...]  # stems of the title and the passage, in order
    around_names: tuple[bool, ...]  # which of them are written as names
    passage_stems: frozenset[str]
    written_small: frozenset[str]  # stems that the passage writes without a capital
    text: str  # the sentence, the ones around it and the title, folded


@lru_cache(maxsize=2048)
def source_of(passage: StoredPassage, place: int) -> Source:
    """Read the sentence at `place` of a passage with its surroundings."""
    texts = [passage.text_at(span) for span in passage.sentences]
    readings = [read_sentence(text) for text in texts]
    title = read_sentence(passage.article.title)
    first, last = max(0, place - NEAR_BEFORE), place + 1 + NEAR_AFTER
    near = [title, *readings[first:place], *readings[place + 1 : last]]
    year = {str(passage.article.published.year)} if passage.article.published else set()
    return Source(
        sentence=readings[place],
        near=frozenset().union(*(reading.stems for reading in near)),
        near_values=frozenset(year).union(*(reading.values for reading in near)),
        around=tuple(word.stem for reading in (title, *readings) for word in reading.words),
        around_names=tuple(word.is_name for reading in (title, *readings) for word in reading.words),
        passage_stems=title.stems.union(*(reading.stems for reading in readings)),
        written_small=frozenset(w.stem for r in readings for w in r.words if not w.is_name),
        text=fold(" ".join([passage.article.title, *texts[first:last]])),
    )


def carried_share(claim: Reading, source: Source, meaning: Meaning) -> float | None:
    """Return how much of a claim the source's sentence says itself, None unless it carries the whole claim.

    Carried is what contradicts the sentence in nothing that can be read off it: names, numbers, quoted words,
    who did what to whom, what is denied, what is only possible or only said. Every other word must be the
    sentence's own, one of like meaning, or stand beside it.
    """
    sentence = source.sentence
    if sentence.is_order or claim.is_question != sentence.is_question or not claim.scores <= sentence.scores:
        return None
    if _says_nothing(claim) or _names_a_passage(claim):
        return None
    if claim.sequence and claim.sequence == sentence.sequence and claim.addresses <= sentence.addresses:
        return 1.0
    matches = _matched(claim, source, meaning)
    if matches is None or not claim.addresses <= sentence.addresses:
        return None
    if not (_numbers_agree(claim, source) and _names_agree(claim, source, matches)):
        return None
    if not all(_is_within(quoted, source.text) for quoted in claim.quotes):
        return None
    if not (
        _happens_so(claim, sentence, matches)
        and _polarity_agrees(claim, sentence, matches)
        and roles_agree(claim, sentence, matches)
        and _speech_is_told(claim, sentence, matches)
    ):
        return None
    return _own_share(claim, sentence, matches)


def _says_nothing(claim: Reading) -> bool:
    """Whether a claim is a bare number or "yes", which some article has as a sentence, too."""
    return not any(word.counts or word.is_name for word in claim.words)


def _names_a_passage(claim: Reading) -> bool:
    """Whether a claim is about the prompt ("passage 1 states"), which no article tells of."""
    return any(
        word in ("passage", "passages") and after.isdigit() for word, after in pairwise(claim.sequence)
    )


def _matched(claim: Reading, source: Source, meaning: Meaning) -> Matches | None:
    """Match the claim's words with the sentence's; None if more of them are missing than pronouns can stand for."""
    sentence = source.sentence
    matches: Matches = {}
    alike: list[Word] = []
    told = [word for word in claim.words if word.counts or word.is_name]
    for word in told:
        if word.stem in matches:
            continue
        match = _same(word, sentence)
        if match is not None:
            matches[word.stem] = match
        elif _may_be_said_otherwise(word, source):
            alike.append(word)
        elif word.stem not in source.passage_stems and not word.surface.isupper():
            return None
    # Where all but a word is other words, or most of many are, what they say is too open.
    if alike and (len(matches) < len(alike) or len(matches) + len(claim.numbers) < LEAST_CONTENT):
        return None
    matches |= {
        word.stem: match for word, match in _of_like_meaning(alike, sentence, meaning) if match is not None
    }
    if _turns_round(claim, sentence, matches) or not _pronouns_stand_for_the_rest(claim, source, matches):
        return None
    return matches


def _pronouns_stand_for_the_rest(claim: Reading, source: Source, matches: Matches) -> bool:
    """Whatever the sentence lacks must stand near it, and take the place of one of its pronouns."""
    groups, was_missing = 0, False
    for word in claim.words:
        if not (word.counts or word.is_name):
            continue
        is_missing = word.stem not in matches
        if is_missing and not (word.stem in source.near or _is_part_of_a_name(word, claim, source, matches)):
            return False
        completes = is_missing and _is_part_of_a_name(word, claim, source, matches)
        groups += is_missing and not was_missing and not completes
        was_missing = is_missing and not completes
    return groups <= source.sentence.pointing - claim.pointing


def _is_part_of_a_name(word: Word, claim: Reading, source: Source, matches: Matches) -> bool:
    """Tell whether the sentence has another part of the name, or the name whose capitals the word is."""
    for run in claim.names:
        if word in run:
            parts = [matches.get(other.stem, other.stem) for other in run]
            completed = [
                {other.stem for other in known}
                for known in source.sentence.names
                if any(other.stem in parts for other in known)
            ]
            is_known = any(known <= set(parts) for known in completed) and _together(parts, source)
            return is_known or _is_acronym(run, source.sentence)
    return False


def _same(word: Word, sentence: Reading) -> str | None:
    for stem in (word.stem, *related_stems(word.stem)):
        if stem in sentence.stems and not are_opposites(word.stem, stem):
            return stem
    if word.is_name and len(word.folded) >= KEY_CHARS:
        key = _key(word.folded)
        for run in sentence.names:
            for other in run:
                if len(other.folded) >= KEY_CHARS and _key(other.folded) == key:
                    return other.stem
    return None


@lru_cache(maxsize=20_000)
def _key(name: str) -> str:
    return transliteration_key(name)


def _may_be_said_otherwise(word: Word, source: Source) -> bool:
    """Names and quantities have no likes; a capital at the opening is no name if the passage writes it small."""
    if not word.folded.isalpha() or len(word.folded) < 3 or word.folded in QUANTIFIERS:
        return False
    return word.counts or (word.is_name and word.opens and word.stem in source.written_small)


def _of_like_meaning(
    asked: Sequence[Word], sentence: Reading, meaning: Meaning
) -> list[tuple[Word, str | None]]:
    known = [word for word in sentence.words if word.counts and word.folded.isalpha()]
    if not asked or not known:
        return [(word, None) for word in asked]
    cosines = meaning.words([w.folded for w in asked]) @ meaning.words([w.folded for w in known]).T
    found: list[tuple[Word, str | None]] = []
    for word, row in zip(asked, cosines, strict=True):
        best = int(row.argmax())
        is_like = float(row[best]) >= LEAST_LIKENESS and not are_opposites(word.stem, known[best].stem)
        found.append((word, known[best].stem if is_like else None))
    return found


def _turns_round(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """Tell whether the claim says the opposite of a word of the sentence where it does not say the word."""
    said = claim.stems.union(matches.values())
    left_out = sentence.stems - said
    added = {stem for stem in claim.stems if stem not in matches and stem not in sentence.stems}
    return any(are_opposites(stem, other) for stem in added for other in left_out)


def _numbers_agree(claim: Reading, source: Source) -> bool:
    sentence = source.sentence
    elsewhere = claim.values - sentence.values
    # A number from beside the sentence may come in addition, never instead.
    if elsewhere and not (elsewhere <= source.near_values and sentence.values <= claim.values):
        return False
    if _more_often(Counter(n.value for n in claim.numbers), Counter(n.value for n in sentence.numbers)):
        return False
    counted: dict[str, set[str]] = {}
    units: dict[str, set[str]] = {}
    for number in sentence.numbers:
        if number.unit is not None:
            counted.setdefault(number.unit, set()).add(number.value)
            units.setdefault(number.value, set()).add(number.unit)

    def is_told(number: Number) -> bool:
        if number.unit is None or number.unit in counted:
            return number.unit is None or number.value in counted[number.unit]
        # People may be passengers, but five years are no five months.
        return number.unit not in MEASURES or MEASURES.isdisjoint(units.get(number.value, ()))

    return all(map(is_told, claim.numbers))


def _names_agree(claim: Reading, source: Source, matches: Matches) -> bool:
    """Names of several words stand in the passage as such; none comes more often than in the sentence."""
    named = {word.stem for run in claim.names for word in run}
    told = Counter(matches[w.stem] for w in claim.words if w.stem in named and w.stem in matches)
    known = Counter(word.stem for word in source.sentence.words)
    if _more_often(told, known) > max(0, source.sentence.pointing - claim.pointing):
        return False
    for run in claim.names:
        parts = [matches.get(word.stem, word.stem) for word in run if _stays_a_name(word, source)]
        if len(parts) > 1 and not _together(parts, source):
            return False
    return True


def _more_often(told: Counter[str], known: Counter[str]) -> int:
    """Return how many of what is told and known are told more often than they are known."""
    return sum(count > known[item] for item, count in told.items() if item in known)


def _stays_a_name(word: Word, source: Source) -> bool:
    return word.stem not in source.written_small


def _together(stems_of_run: Sequence[str], source: Source) -> bool:
    """Tell whether the passage or its title writes a name's words in this order, few words between two."""
    around = source.around
    for start, stem in enumerate(around):
        if stem != stems_of_run[0]:
            continue
        at = start
        for wanted in stems_of_run[1:]:
            step = next(
                (
                    place
                    for place in range(at + 1, min(len(around), at + 2 + NAME_GAP))
                    if around[place] == wanted and all(source.around_names[at + 1 : place])
                ),
                None,
            )
            if step is None:
                break
            at = step
        else:
            return True
    return False


def _is_acronym(run: Sequence[Word], sentence: Reading) -> bool:
    """Tell whether a name such as EU is the capitals of a name of the sentence's."""
    letters = run[0].surface
    if len(run) > 1 or not letters.isupper() or len(letters) < 2:
        return False
    return any("".join(word.surface[0] for word in named) == letters for named in sentence.names)


def _is_within(quoted: str, text: str) -> bool:
    return f" {quoted} " in f" {text} "


def _happens_so(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """What the claim only says to happen, where or when, the sentence must say to happen, or in one breath."""
    if not claim.stems & HAPPENING or sentence.stems & HAPPENING:
        return True
    told = [matches[w.stem] for w in claim.words if w.stem in matches]
    places = [[i for i, word in enumerate(sentence.words) if word.stem == stem] for stem in told]
    return all(
        any(
            abs(i - j) <= HEAD_REACH and sentence.words[i].clause == sentence.words[j].clause
            for i in before
            for j in after
        )
        for before, after in pairwise(places)
    )


def _polarity_agrees(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """What is denied stays denied, what is affirmed affirmed; what is only possible or planned stays so."""
    if claim.stray_denials > sentence.stray_denials:
        return False
    ours = _bearings(claim, matches)
    theirs = _bearings(sentence, {})
    for stem, (negated, plain, hedges) in ours.items():
        if stem not in theirs:
            if negated:
                return False
            continue
        source_negated, source_plain, source_hedges = theirs[stem]
        if (negated or source_negated) and (negated > source_negated or plain > source_plain):
            return False
        if hedges and not hedges <= source_hedges | {WEAK}:
            return False
    return True


def _bearings(reading: Reading, matches: Matches) -> dict[str, tuple[int, int, set[int]]]:
    found: dict[str, tuple[int, int, set[int]]] = {}
    for word in reading.content:
        stem = matches.get(word.stem, word.stem)
        negated, plain, hedges = found.get(stem, (0, 0, set()))
        found[stem] = (negated + word.denials, plain + (word.denials == 0), hedges | {word.hedge})
    return found


def _speech_is_told(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """What an article only says that somebody said is carried only as something said."""
    reported = {word.stem for word in sentence.words if word.is_reported}
    outside = {word.stem for word in sentence.words if not word.is_reported}
    said = [matches[word.stem] for word in claim.content if word.stem in matches]
    only_said = sum(stem in reported and stem not in outside for stem in said)
    return claim.tells_speech or 2 * only_said <= len(said)


def _own_share(claim: Reading, sentence: Reading, matches: Matches) -> float | None:
    told = [word.stem for word in claim.words if word.counts or word.is_name]
    held = sum(stem in matches for stem in told) + sum(n.value in sentence.values for n in claim.numbers)
    total = len(told) + len(claim.numbers)
    says_something = any(word.counts for word in claim.words)  # more than a name
    if not says_something or total < LEAST_CONTENT or held / total < LEAST_OWN_SHARE:
        return None
    return held / total
