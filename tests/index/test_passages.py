"""Passages are exact slices that cover the article; sentences end where a reader would end them."""

import time

import pytest
import sentencex  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from index.passages import SEGMENTED_CHARS, TAIL_SHARE, sentence_spans, split
from tests.strategies import articles


@given(article=articles(), passage_chars=st.integers(1, 400))
@settings(deadline=None)
def test_passages_cover_the_article_exactly_once(article: Article, passage_chars: int) -> None:
    passages = split(article, passage_chars=passage_chars)
    spans = [span for passage in passages for span in passage.sentences]
    covered = [i for start, end in spans for i in range(start, end)]
    assert covered == sorted(set(covered))
    assert all(char.isspace() for i, char in enumerate(article.text) if i not in set(covered))
    for passage in passages:
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        assert passage.end - passage.start <= passage_chars * (1 + TAIL_SHARE) + 200
    for start, end in spans:
        assert article.text[start:end].strip() == article.text[start:end] != ""


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She came.", ["He left.", "She came."]),
        ("on Azerbaijani soil.Relations tightened.", ["on Azerbaijani soil.", "Relations tightened."]),
        ("Booking.Com said so. See example.com for it.", ["Booking.Com said so.", "See example.com for it."]),
        ("It opened at 5 p.m. Tuesday. It closed.", ["It opened at 5 p.m. Tuesday.", "It closed."]),
        ("It closed at 5 p.m. The crowd left.", ["It closed at 5 p.m.", "The crowd left."]),
        ("J. K. Rowling met Mr. Smith of the U.S. Army.", ["J. K. Rowling met Mr. Smith of the U.S. Army."]),
        (
            "Corridor Closed\nThe road is shut. So it is.",
            ["Corridor Closed", "The road is shut.", "So it is."],
        ),
        ("no end here\n\nand here neither", ["no end here", "and here neither"]),
        ("a wrapped line\nthat goes on.", ["a wrapped line\nthat goes on."]),
        ("Points:\n- first\n- second", ["Points:", "- first", "- second"]),
        ("😀😀 Hello. 𝒲orld ended. Yes.", ["😀😀 Hello.", "𝒲orld ended.", "Yes."]),
        ("“Is it so?” he asked. “Yes.” She left.", ["“Is it so?” he asked.", "“Yes.”", "She left."]),
        (" \n\t", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("space", ["\u00a0", "\u2028", "\u202f", "\u3000", "\u00a0 \u00a0"])
def test_wide_space_between_a_capital_and_a_period_is_no_panic(space: str) -> None:
    text = f"She plays in Serie A{space}. He does not."
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        f"She plays in Serie A{space}.",
        "He does not.",
    ]


@pytest.mark.parametrize(
    "text",
    ["It ran from July 26-Aug. 11 in Lorne.", "It opens on Aug. 28-Sept. 8 each year.", "See No. 4 there."],
)
def test_no_sentence_ends_before_the_number_that_goes_with_a_word(text: str) -> None:
    assert len(sentence_spans(text)) == 1


@pytest.mark.parametrize("mark", ["“a", "«a", "‘a ", "`", "1) "])
def test_the_segmenter_gets_a_long_text_in_pieces(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    segment, sizes = sentencex.segment, list[int]()

    def measured(language: str, text: str) -> list[str]:
        sizes.append(len(text))
        return list(segment(language, text))

    monkeypatch.setattr(sentencex, "segment", measured)
    sentence_spans(mark * 2 * SEGMENTED_CHARS)
    assert len(sizes) > 1
    assert max(sizes) <= SEGMENTED_CHARS


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"Paragraph {n} goes on\nand on. “Is it so?” he asked.\n\n\nNo." for n in range(30)),
        " ".join(f"Mr. Smith met {n} men at 5 p.m. Tuesday. “Is it so?” he asked." for n in range(30)),
        " and".join(["so it went"] * 100) + ". And so it ended.",
        "x" * 1000 + ". Y" * 1000,
    ],
)
def test_a_text_in_pieces_has_the_same_sentences(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sentence_spans(text)
    monkeypatch.setattr("index.passages.SEGMENTED_CHARS", 200)
    assert sentence_spans(text) == whole


@pytest.mark.parametrize(("mark", "chars"), [("“a", 200_000), ("\u00a0", 100_000), ("a ", 16_000_000)])
def test_splitting_takes_time_linear_in_the_text(mark: str, chars: int) -> None:
    began = time.process_time()
    passages(mark * (chars // len(mark)), 1000)
    assert time.process_time() - began < 5


def test_hard_wrapped_lines_do_not_end_sentences() -> None:
    text = (
        "The foreign minister of France flew to the capital of Armenia to meet with\n"
        "Prime Minister Nikol Pashinyan and then on to the capital of the neighbour\n"
        "Azerbaijan where she spoke about the checkpoint at the corridor and the aid\n"
        "that waits there. She left."
    )
    assert len(sentences(text)) == 2


def passages(text: str, passage_chars: int) -> list[str]:
    article = Article("a", text, "t", None, None, None, (), "en")
    return [text[p.start : p.end] for p in split(article, passage_chars=passage_chars)]


def test_border_is_a_paragraph_end_if_one_is_past_the_middle() -> None:
    text = "One two three four five.\n\nSix seven eight. Nine ten eleven twelve."
    assert passages(text, 45) == ["One two three four five.", "Six seven eight. Nine ten eleven twelve."]


@pytest.mark.parametrize(
    ("text", "chars", "expected"),
    [
        (
            "One two three four.\n\nWhy five?\n\nSix seven eight. Nine ten eleven twelve.",
            45,
            ["One two three four.", "Why five?\n\nSix seven eight.", "Nine ten eleven twelve."],
        ),
        (
            "One two three four five. “Why six?” Seven eight nine ten eleven.",
            45,
            ["One two three four five.", "“Why six?” Seven eight nine ten eleven."],
        ),
        ("Why one two three four? Five six seven.", 30, ["Why one two three four?", "Five six seven."]),
        (
            "One two three four five.\n\nThese are six:\n\nSeven eight nine. Ten.",
            42,
            ["One two three four five.", "These are six:\n\nSeven eight nine. Ten."],
        ),
    ],
)
def test_a_question_stands_with_what_follows(text: str, chars: int, expected: list[str]) -> None:
    assert passages(text, chars) == expected


def test_long_sentence_is_cut_at_white_space() -> None:
    assert passages("word " * 30, 50) == ["word word word word word word word word word word"] * 3


def test_long_word_is_cut_anywhere() -> None:
    assert passages("x" * 120, 50) == ["x" * 50, "x" * 50, "x" * 20]


def test_short_tail_joins_the_last_passage() -> None:
    assert passages("A sentence of some length is here. So.", 36) == [
        "A sentence of some length is here. So."
    ]
