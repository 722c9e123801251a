"""Does the article carry what is about to be shown? The last check before a reader sees a sentence."""

from qa.answer import Citation, Sentence
from qa.referents import without


def quote_stands(citation: Citation, article_text: str) -> bool:
    """Tell whether the citation's quote is, to the character, what the article says at its offsets."""
    within = 0 <= citation.start < citation.end <= len(article_text)
    return within and article_text[citation.start : citation.end] == citation.quote


def carried_verbatim(sentence: Sentence, citations: dict[int, Citation]) -> bool:
    """Tell whether the sentence is, white space and additions aside, the quote of each citation it is marked with."""
    shown = without(sentence.text, sentence.additions).split()
    return bool(sentence.markers) and all(
        marker in citations and citations[marker].quote.split() == shown for marker in sentence.markers
    )
