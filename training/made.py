"""Articles -> examples that nobody labelled: questions made from their sentences and headlines, with decoys."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus.article import Article
from index.analysis import stems
from index.passages import Passage, split
from qa.query import LIGHT_WORDS, STOP_WORDS
from qa.reader import Window
from training.examples import Answer, Example
from training.phrases import Phrase, phrases
from training.questions import OPPOSITES, ask_for, reworded

PASSAGE_CHARS = 1000
MOST_SENTENCES = 4  # of a made window
REWORDED_SHARE = 0.25  # of the plain words that have words of like meaning
SAID_AGAIN = 0.5  # of the question's words, from which another sentence with the answer answers too
NO_TITLE = 0.25  # of the windows that are shown without their title
OUTLET = re.compile(r"\s*(?:\||[-–—] )\s*(?:CNN|USA TODAY|AP News|Reuters|[A-Z][\w. ]{2,24})\s*$|\s*\.\.\.$")


@dataclass(frozen=True, slots=True)
class Maker:
    """What all made questions share."""

    likes: Mapping[str, Sequence[str]]  # plain word -> words of like meaning
    pool: Mapping[str, Sequence[str]]  # kind of phrase -> phrases of other articles
    rng: random.Random

    def examples(self, article: Article, key: str) -> Iterator[Example]:
        """Yield what one article gives: a question or two from its sentences, one from its headline."""
        passages = split(article, passage_chars=PASSAGE_CHARS)
        if not passages:
            return
        for passage in self.rng.sample(passages, min(len(passages), 2)):
            yield from self._from_sentences(article, passage, key)
        yield from self._from_headline(article, passages[0], key)

    def _from_sentences(self, article: Article, passage: Passage, key: str) -> Iterator[Example]:
        texts = _texts(article, passage)
        if len(texts) < 3:
            return
        order = [i for i, text in enumerate(texts) if 8 <= len(text.split()) <= 50 and "?" not in text]
        self.rng.shuffle(order)
        for place in order[:3]:
            found = phrases(texts[place], self.rng)
            if not found:
                continue
            answer = self.rng.choice(found)
            question = ask_for(texts[place], answer, self.rng)
            if question is None or not is_telling(question, answer.text):
                continue
            question = reworded(question, self.likes, self.rng, share=REWORDED_SHARE)
            window, answers = self._window(article, texts, place, question, answer)
            kind = {"when": "when", "amount": "amount"}.get(answer.kind, "name")
            yield Example(f"made {kind}", key, question, (window,), answers)
            yield from self._twin(question, window, answers, key)
            return

    def _window(
        self, article: Article, texts: Sequence[str], place: int, question: str, answer: Phrase
    ) -> tuple[Window, tuple[Answer, ...]]:
        """Return some sentences around the one asked for, and all that answer."""
        size = self.rng.randint(3, MOST_SENTENCES)
        first = max(0, min(place - self.rng.randrange(size), len(texts) - size))
        shown = tuple(texts[first : first + size])
        title = "" if self.rng.random() < NO_TITLE else article.title
        return Window(title, shown), answers_in(
            shown, place - first, question, answer.text, start=answer.start
        )

    def _twin(self, question: str, window: Window, answers: Sequence[Answer], key: str) -> Iterator[Example]:
        """Yield the like of the question that the window does not answer."""
        draw = self.rng.random()
        if draw < 0.25:
            gone = {answer.sentence for answer in answers}
            rest = tuple(text for i, text in enumerate(window.sentences) if i not in gone)
            if len(rest) > 1:
                yield Example("made, answer gone", key, question, (replace(window, sentences=rest),), ())
            return
        opposite = _opposite(question, self.rng) if draw < 0.45 else None
        swapped = opposite or self._swapped(question, window)
        if swapped:
            kind = "made, opposite" if opposite else "made, name exchanged"
            yield Example(kind, key, swapped, (window,), ())

    def _swapped(self, question: str, window: Window) -> str | None:
        """Exchange a name, time or number of the question for another of its kind, from the window if it can be."""
        found = phrases(question.rstrip("?"), self.rng)
        if not found:
            return None
        phrase = self.rng.choice(found)
        near = [
            p.text
            for text in window.sentences
            for p in phrases(text, self.rng)
            if _group(p.kind) == _group(phrase.kind) and not _alike(p.text, question)
        ]
        others = near if near and self.rng.random() < 0.6 else self.pool.get(phrase.kind, ())
        other = self.rng.choice(others) if others else ""
        if not other or _alike(other, phrase.text):
            return None
        return question[: phrase.start] + other + question[phrase.end :]

    def _from_headline(self, article: Article, passage: Passage, key: str) -> Iterator[Example]:
        texts = _texts(article, passage)[:MOST_SENTENCES]
        made = headline_question(article.title, texts, self.rng)
        if made is None:
            return
        question, answer, place = made
        window = Window("", tuple(texts))
        answers = answers_in(window.sentences, place, question, answer, start=texts[place].find(answer))
        yield Example("headline", key, question, (window,), answers)
        yield from self._twin(question, window, answers, key)


def headline_question(title: str, texts: Sequence[str], rng: random.Random) -> tuple[str, str, int] | None:
    """Take out of a headline a name or number that an opening sentence repeats: question, answer, sentence."""
    title = OUTLET.sub("", OUTLET.sub("", title)).strip()
    if len(title.split()) < 6 or "?" in title or ":" in title:
        return None
    found = [
        (phrase, place)
        for phrase in phrases(title, rng)
        for place, text in enumerate(texts)
        if phrase.text in text and share_in(title, text) >= SAID_AGAIN and len(text.split()) >= 8
    ]
    if not found:
        return None
    phrase, place = rng.choice(found)
    question = ask_for(title, phrase, rng)
    if question is None or not is_telling(question, phrase.text):
        return None
    return question, phrase.text, place


def answers_in(
    sentences: Sequence[str], place: int, question: str, answer: str, *, start: int
) -> tuple[Answer, ...]:
    """Return the answer's place, and other sentences with the same words and much of the question."""
    found = [Answer(0, place, start, start + len(answer))]
    for i, text in enumerate(sentences):
        at = text.find(answer)
        if i != place and at >= 0 and share_in(question, text) >= SAID_AGAIN:
            found.append(Answer(0, i, at, at + len(answer)))
    return tuple(found)


def is_telling(question: str, answer: str) -> bool:
    """Tell whether a question says enough to be answered in one way, and does not say the answer."""
    counting = content(question)
    return len(counting) >= 3 and not (set(stems(answer)) - set(map(_stem, STOP_WORDS))) & set(
        stems(question)
    )


def content(text: str) -> set[str]:
    """Return the stems of the words that count in a question."""
    return {
        stem
        for word in re.findall(r"\w+", text)
        if word.lower() not in STOP_WORDS and word.lower() not in LIGHT_WORDS
        for stem in stems(word)
    }


def share_in(question: str, text: str) -> float:
    """Return the share of the question's words that count which the text holds."""
    asked = content(question)
    return len(asked & set(stems(text))) / len(asked) if asked else 0.0


def _stem(word: str) -> str:
    return next(iter(stems(word)), word)


def _alike(one: str, other: str) -> bool:
    return bool(content(one) & content(other))


def _group(kind: str) -> str:
    return kind if kind in ("when", "amount") else "name"


def _opposite(question: str, rng: random.Random) -> str | None:
    words = question.rstrip("?").split(" ")
    places = [i for i, word in enumerate(words) if i and word in OPPOSITES]
    if not places:
        return None
    place = rng.choice(places)
    words[place] = OPPOSITES[words[place]]
    return " ".join(words) + "?"


def _texts(article: Article, passage: Passage) -> list[str]:
    return [" ".join(article.text[s.start : s.end].split()) for s in passage.sentences]


def phrase_pool(articles: Iterable[dict[str, Any]], rng: random.Random) -> dict[str, list[str]]:
    """Collect phrases by kind from the articles' headlines and openings, to exchange for others."""
    pool: dict[str, dict[str, None]] = {}
    for record in articles:
        for phrase in phrases(f"{record['title']}. {record['text'][:400]}", rng):
            pool.setdefault(phrase.kind, {})[phrase.text] = None
    return {kind: list(texts) for kind, texts in pool.items()}
