"""Our index as a llama-index retriever, so that any llama-index query or chat engine can be put on it."""

from datetime import date

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.filters import Filters
from qa.assistant import Assistant
from qa.retrieval import Hit


class ArticleRetriever(BaseRetriever):
    """Retrieves passages as `TextNode`s; `metadata` says which article and where in its text."""

    def __init__(self, assistant: Assistant, *, filters: Filters = Filters(), limit: int = 10) -> None:
        super().__init__()
        self._assistant, self._filters, self._limit = assistant, filters, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, filters=self._filters, limit=self._limit)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in hits]


def _node(hit: Hit) -> TextNode:
    article = hit.passage.article
    return TextNode(
        id_=f"{article.id}:{hit.passage.start}-{hit.passage.end}",
        text=hit.passage.text,
        metadata={
            "article": article.id,
            "title": article.title,
            "published": _day(article.published),
            "source": article.source,
            "start": hit.passage.start,
            "end": hit.passage.end,
        },
    )


def _day(published: date | None) -> str | None:
    return published.isoformat() if published else None
