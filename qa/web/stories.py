"""How many independent stories stand behind an answer: copies of one text count once."""

from index.reader import IndexReader
from qa.answer import Answer
from qa.web.conversation import Story, quotes


def stories_of(answer: Answer, reader: IndexReader) -> tuple[Story, ...]:
    """Fold the articles that an answer quotes by story, in order of first quote."""
    cited: dict[str, list[str]] = {}
    told: dict[str, int] = {}
    for article in dict.fromkeys(citation.article for citation in quotes(answer)):
        copies = reader.copies(article)
        story = copies[0].story if copies else article
        cited.setdefault(story, []).append(article)
        told[story] = len(copies) + 1
    return tuple(Story(tuple(articles), told[story]) for story, articles in cited.items())
