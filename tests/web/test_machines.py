"""For programs: Gradio's API, MCP and OpenAI's chat API, each by its own client, on a real server with a login."""

from typing import Any

import httpx
import openai
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ListToolsResult

from tests.web.awaiting import run
from tests.web.serving import USERS, Served

QUESTION = "Who mediated the talks in Brussels?"
ARTICLE = "2023-07-15-brussels-meeting.md"
MODEL = "ask-the-articles"
KEY = f"ann:{USERS['ann']}"


@pytest.fixture(scope="module")
def gradio_api(guarded: Served) -> Client:
    return Client(guarded.url, auth=("ann", USERS["ann"]), verbose=False)


@pytest.fixture(scope="module")
def chat(guarded: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{guarded.url}/v1", api_key=KEY, max_retries=0)


def completed(chat: openai.OpenAI, *questions: str, **more: Any) -> Any:
    messages = [{"role": "user", "content": question} for question in questions]
    return chat.chat.completions.create(model=MODEL, messages=messages, **more)  # type: ignore[arg-type]


def assert_quotes_stand(answer: dict[str, Any], gradio_api: Client) -> None:
    assert answer["citations"]
    for citation in answer["citations"]:
        article = gradio_api.predict(citation["article"], api_name="/show")
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_gradio_api_has_the_three_functions_and_nothing_else(gradio_api: Client) -> None:
    offered = gradio_api.view_api(return_format="dict", print_info=False)

    assert set(offered["named_endpoints"]) == {"/ask", "/search", "/show"}
    assert offered["unnamed_endpoints"] == {}
    assert [p["parameter_name"] for p in offered["named_endpoints"]["/ask"]["parameters"]] == [
        *("question", "as_of", "since", "until", "source", "turns")
    ]


def test_gradio_api_answers_with_citations_that_stand(gradio_api: Client) -> None:
    answer = gradio_api.predict(QUESTION, api_name="/ask")

    assert answer["outcome"] == "answered"
    assert "Charles Michel" in answer["text"]
    assert_quotes_stand(answer, gradio_api)


def test_gradio_api_asks_on(gradio_api: Client) -> None:
    turns = ["Why did Azerbaijan close the Lachin corridor?"]

    answer = gradio_api.predict("What did Armenia say about it?", turns=turns, api_name="/ask")

    assert "Lachin" in answer["standalone_question"]


def test_gradio_api_searches_within_dates(gradio_api: Client) -> None:
    found = gradio_api.predict("Lachin corridor", limit=2, until="2023-07-12", api_name="/search")

    assert 1 <= len(found["hits"]) <= 2
    assert all(hit["published"] <= "2023-07-12" for hit in found["hits"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"question": " ", "api_name": "/ask"}, "question is empty"),
        ({"question": "x" * 2001, "api_name": "/ask"}, "2,001 characters"),
        ({"question": "x", "as_of": "soon", "api_name": "/ask"}, "as_of is not a date"),
        ({"question": "x", "limit": 0, "api_name": "/search"}, "limit is 0"),
        ({"article": "none.md", "api_name": "/show"}, "no article 'none.md'"),
    ],
)
def test_gradio_api_says_what_is_wrong(gradio_api: Client, values: dict[str, Any], said: str) -> None:
    with pytest.raises(AppError, match=said):
        gradio_api.predict(**values)


async def _with_tools(
    url: str, *calls: tuple[str, dict[str, Any]]
) -> tuple[ListToolsResult, list[CallToolResult]]:
    async with (
        httpx.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}) as client,
        streamable_http_client(url, http_client=client) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        return await session.list_tools(), [await session.call_tool(*call) for call in calls]


@pytest.mark.parametrize("path", ["/mcp", "/gradio_api/mcp/"])
def test_mcp_tools_ask_search_and_show(guarded: Served, gradio_api: Client, path: str) -> None:
    listed, (asked, searched, shown) = run(
        _with_tools(
            guarded.url + path,
            ("ask", {"question": QUESTION}),
            ("search", {"question": QUESTION, "limit": 3}),
            ("show", {"article": ARTICLE}),
        )
    )

    assert [tool.name for tool in listed.tools] == ["ask", "search", "show"]
    assert all(
        tool.description and tool.annotations and tool.annotations.readOnlyHint for tool in listed.tools
    )
    assert asked.structuredContent
    assert_quotes_stand(asked.structuredContent, gradio_api)
    assert searched.structuredContent
    assert len(searched.structuredContent["hits"]) == 3
    assert shown.structuredContent
    assert shown.structuredContent["article"] == ARTICLE


def test_mcp_says_what_is_wrong(guarded: Served) -> None:
    _, results = run(
        _with_tools(
            f"{guarded.url}/mcp",
            ("ask", {}),
            ("ask", {"question": "x" * 2001}),
            ("ask", {"question": "x", "since": "2023-07-15", "until": "2023-07-14"}),
            ("search", {"question": "x", "limit": 1000}),
            ("show", {"article": "none.md"}),
            ("buy", {}),
        )
    )

    assert all(result.isError for result in results)
    said = [result.content[0].text for result in results]  # type: ignore[union-attr]
    for text, part in zip(
        said, ("'question'", "2,001", "is after", "1000", "'none.md'", "no tool"), strict=True
    ):
        assert part in text


def test_chat_client_finds_the_model(chat: openai.OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == [MODEL]
    assert chat.models.retrieve(MODEL).id == MODEL


def test_chat_client_gets_an_answer_with_citations(chat: openai.OpenAI, gradio_api: Client) -> None:
    done = completed(chat, QUESTION)

    (choice,) = done.choices
    assert choice.finish_reason == "stop"
    assert "Charles Michel" in choice.message.content
    assert "- [1] Aliyev and Pashinyan meet in Brussels" in choice.message.content
    assert_quotes_stand(done.answer, gradio_api)


def test_chat_client_gets_the_same_answer_in_parts(chat: openai.OpenAI) -> None:
    whole = completed(chat, QUESTION)

    parts = list(completed(chat, QUESTION, stream=True, stream_options={"include_usage": True}))

    contents = [part.choices[0].delta.content for part in parts if part.choices]
    assert "".join(content or "" for content in contents) == whole.choices[0].message.content
    assert sum("[" in (content or "") for content in contents) > 1
    assert parts[-1].usage.total_tokens == 0
    assert parts[-2].choices[0].finish_reason == "stop"
    assert parts[-2].answer["citations"] == whole.answer["citations"]


def test_chat_client_s_earlier_questions_are_turns(chat: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "Why did Azerbaijan close the Lachin corridor?"}],
        },
        {"role": "assistant", "content": "…"},
        {"role": "user", "content": "What did Armenia say about it?"},
    ]

    done: Any = chat.chat.completions.create(model=MODEL, messages=messages)

    assert "Lachin" in done.answer["standalone_question"]


def test_chat_client_may_filter(chat: openai.OpenAI) -> None:
    done = completed(chat, QUESTION, extra_body={"as_of": "2023-07-01"})

    assert done.answer["as_of"] == "2023-07-01"
    assert all(citation["published"] <= "2023-07-01" for citation in done.answer["citations"])


def test_chat_client_is_told_why_the_articles_do_not_say(chat: openai.OpenAI) -> None:
    done = completed(chat, "What is the capital of Australia?")

    assert done.choices[0].message.content.startswith("The articles do not say: no article mentions")
    assert done.answer["outcome"] == "not_in_corpus"
    assert done.choices[0].message.annotations == []


@pytest.mark.parametrize(
    ("values", "error", "param"),
    [
        ({"model": "gpt-4o"}, openai.NotFoundError, "model"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "user", "content": ""}]}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "user", "content": "x" * 2001}]}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "user", "content": 7}]}, openai.BadRequestError, "messages.0.content.str"),
        ({"n": 2}, openai.BadRequestError, "n"),
        ({"extra_body": {"as_of": "soon"}}, openai.BadRequestError, "messages"),
        ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "response_format.type"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_chat_client_is_told_what_is_wrong(
    chat: openai.OpenAI, values: dict[str, Any], error: type[openai.APIStatusError], param: str, stream: bool
) -> None:
    asked: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "x"}], "stream": stream}

    with pytest.raises(error) as raised:
        chat.chat.completions.create(**asked | values)

    assert raised.value.param == param
    assert raised.value.type == "invalid_request_error"
    assert raised.value.request_id


def test_errors_below_v1_have_openai_s_shape(guarded: Served) -> None:
    basic = ("ann", USERS["ann"])
    for method, path, status in (("GET", "/v1/none", 404), ("DELETE", "/v1/models", 404)):
        answered = httpx.request(method, guarded.url + path, auth=basic)
        assert answered.status_code == status
        assert set(answered.json()["error"]) == {"message", "type", "param", "code"}
    for body, status in ((b"{", 400), (b"[]", 400), (b"x" * 1_000_001, 413)):
        answered = httpx.post(f"{guarded.url}/v1/chat/completions", content=body, auth=basic)
        assert answered.status_code == status
        assert answered.json()["error"]["message"]
