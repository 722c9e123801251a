"""Our index under llama-index's own query and chat engines, with its global settings left alone."""

from collections.abc import Iterator
from datetime import date

import pytest
from llama_index.core import Settings as Globals
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.chat_engine import ContextChatEngine
from llama_index.core.llms import MockLLM
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer

from corpus.article import Article
from index.filters import Filters
from qa.assistant import Assistant
from qa.llamaindex import ArticleRetriever

QUESTION = "Who mediated the talks in Brussels?"


@pytest.fixture
def retriever(samples: Assistant) -> ArticleRetriever:
    return ArticleRetriever(samples, limit=3)


@pytest.fixture(autouse=True)
def _globals_stay_as_they_are() -> Iterator[None]:
    before = (Globals._llm, Globals._embed_model, Globals._transformations)
    yield
    assert (Globals._llm, Globals._embed_model, Globals._transformations) == before


def test_nodes_are_our_hits_in_our_order_with_their_place(
    retriever: ArticleRetriever, samples: Assistant, sample_articles: dict[str, Article]
) -> None:
    nodes = retriever.retrieve(QUESTION)
    hits = samples.search(QUESTION, limit=3)
    assert [node.metadata["article"] for node in nodes] == [hit.passage.article.id for hit in hits]
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    for node in nodes:
        start, end = node.metadata["start"], node.metadata["end"]
        assert sample_articles[node.metadata["article"]].text[start:end] == node.text


def test_filters_hold_there_too(samples: Assistant) -> None:
    retriever = ArticleRetriever(samples, filters=Filters(until=date(2023, 5, 1)), limit=20)
    published = [node.metadata["published"] for node in retriever.retrieve(QUESTION)]
    assert published
    assert max(published) <= "2023-05-01"


@pytest.mark.parametrize("mode", [ResponseMode.COMPACT, ResponseMode.TREE_SUMMARIZE])
def test_a_query_engine_answers_from_our_passages(retriever: ArticleRetriever, mode: ResponseMode) -> None:
    synthesizer = get_response_synthesizer(llm=MockLLM(), response_mode=mode)
    response = RetrieverQueryEngine(retriever, synthesizer).query(QUESTION)
    assert len(response.source_nodes) == 3
    assert "Michel" in response.source_nodes[0].text
    assert "Charles Michel" in str(response)  # the mock repeats its prompt


# llama-index asks for an event loop outside one, which Python 3.12 and later object to.
@pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")
def test_a_chat_engine_answers_from_our_passages(retriever: ArticleRetriever) -> None:
    llm = MockLLM()
    engine = ContextChatEngine(
        retriever=retriever,
        llm=llm,
        memory=ChatMemoryBuffer(token_limit=10_000, tokenizer_fn=str.split),
        prefix_messages=[ChatMessage(role=MessageRole.SYSTEM, content="Answer from the articles.")],
    )
    response = engine.chat(QUESTION)
    assert "Michel" in response.source_nodes[0].text
    assert "Charles Michel" in str(response)
