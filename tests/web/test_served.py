"""The served page as outsiders meet it: closed without credentials, open with them, watched, behind a proxy."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from playwright.sync_api import BrowserContext, expect

from benchmarks.person import Asked, Person
from qa.settings import Settings, SettingsError
from qa.web.auth import AuthFileError
from qa.web.server import Address, check_serving, root_path_of
from tests.web.awaiting import run
from tests.web.proxy import proxied
from tests.web.serving import USERS, Served, user_file

OPEN = {("GET", "/healthz"), ("HEAD", "/healthz"), ("GET", "/login"), ("POST", "/login")}
ANN = ("ann", USERS["ann"])
QUESTION = "Who mediated the talks in Brussels?"


def routes(guarded: Served) -> list[tuple[str, str]]:
    """Return method and path of every route of the running application, with something put in for parameters."""
    listed = (guarded.articles.parent / "routes").read_text("utf-8").splitlines()
    return [(method, re.sub(r"\{[^}]*\}", "x", path)) for method, path in map(json.loads, listed)]


@pytest.fixture
def outsider(guarded: Served) -> Iterator[httpx.Client]:
    """A client from an address of its own, as a trusted proxy would name it."""
    with httpx.Client(base_url=guarded.url, headers={"X-Forwarded-For": "203.0.113.9"}) as client:
        yield client


def log_of(guarded: Served) -> str:
    return (guarded.articles.parent / "log").read_text("utf-8")


def test_every_route_is_closed_without_credentials(guarded: Served, outsider: httpx.Client) -> None:
    asked = routes(guarded)
    paths = {path for _, path in asked}
    assert len(asked) > 90
    assert {
        "/metrics",
        "/v1/models",
        "/mcp",
        "/config",
        "/gradio_api/queue/join",
        "/assets/x",
        "/theme.css",
    } <= paths

    for method, path in asked:
        for prefix in ("", "/news"):
            answer = outsider.request(method, prefix + path)
            is_closed = answer.status_code == 401 and "WWW-Authenticate" in answer.headers
            assert is_closed == ((method, path) not in OPEN), f"{method} {prefix}{path}: {answer.status_code}"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "/login/",
        "/login/../config",
        "/healthz/x",
        "/LOGIN",
        "/%6cogin/x",
        "/none",
        "/news",
        "/newsx",
    ],
)
def test_paths_that_are_like_open_ones_are_closed(outsider: httpx.Client, path: str) -> None:
    assert outsider.get(path).status_code == 401


def test_only_reading_and_logging_in_are_open(outsider: httpx.Client) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert outsider.request(method, "/healthz").status_code == 401
    assert outsider.head("/healthz").status_code == 200


def test_routes_answer_those_who_may(guarded: Served) -> None:
    with httpx.Client(base_url=guarded.url, auth=ANN) as ann:
        for path in ("/", "/config", "/metrics", "/v1/models", "/theme.css", "/gradio_api/info"):
            assert ann.get(path).status_code == 200, path


def test_person_logs_in_on_the_page_and_out_again(guarded: Served, context: BrowserContext) -> None:
    context.clear_cookies()
    page = context.new_page()
    page.goto(f"{guarded.url}/news/")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")

    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(USERS["ann"])
    page.keyboard.press("Enter")
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")

    expect(page.locator(".answer")).to_contain_text("Charles Michel")
    page.goto(f"{guarded.url}/news/logout")
    page.goto(f"{guarded.url}/news/")
    expect(page.get_by_label("Password")).to_be_visible()
    page.close()


def test_cookie_is_the_server_s_alone(outsider: httpx.Client) -> None:
    welcome = outsider.post("/login?next=//evil.example", data={"username": "ann", "password": USERS["ann"]})

    assert welcome.json() == {"success": True}
    assert re.search(
        r"^qa-session-\d+=[\w-]{43}; HttpOnly; .*Path=/news; SameSite=lax$", welcome.headers["Set-Cookie"]
    )
    browser = {"Accept": "text/html"}
    after = outsider.post(
        "/login?next=//evil.example", data={"username": "ann", "password": USERS["ann"]}, headers=browser
    )
    assert after.headers["Location"] == "/news/"


def test_cookie_lasts_from_its_last_use_and_goes_with_the_session(outsider: httpx.Client) -> None:
    welcome = outsider.post("/login", data={"username": "ann", "password": USERS["ann"]})
    (name, token), *_ = welcome.cookies.items()
    cookie = {"Cookie": f"{name}={token}"}

    assert outsider.get("/", headers=cookie).headers["Set-Cookie"] == welcome.headers["Set-Cookie"]
    assert "Set-Cookie" not in outsider.get("/theme.css", headers=cookie).headers
    assert "Set-Cookie" not in outsider.get("/", headers={"Cookie": f"{name}=x"}).headers
    assert (
        outsider.post(
            "/login", data={"username": "ann", "password": USERS["ann"]}, headers=cookie
        ).headers.get_list("Set-Cookie")[-1]
        != welcome.headers["Set-Cookie"]
    )
    assert "Max-Age=0" in outsider.get("/logout", headers=cookie).headers["Set-Cookie"]
    assert outsider.get("/", headers=cookie).status_code == 401


def test_login_page_shows_what_it_is_given_as_text(outsider: httpx.Client) -> None:
    page = outsider.get("/login", params={"next": '/"><script>alert(1)</script>'}).text

    assert "<script" not in page


def test_health_tells_strangers_no_more_than_that(guarded: Served, outsider: httpx.Client) -> None:
    assert outsider.get("/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{guarded.url}/healthz", auth=ANN).json()["generation"].startswith("g0")


def test_metrics_count_questions_by_door_and_outcome(guarded: Served) -> None:
    def figures() -> dict[str, float]:
        text = httpx.get(f"{guarded.url}/metrics", auth=ANN).text
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    before = figures()
    client = Client(guarded.url, auth=ANN, verbose=False)
    client.predict(QUESTION, api_name="/ask")
    client.predict("What is the capital of Australia?", api_name="/ask")

    after = figures()
    for outcome in ("answered", "not_in_corpus"):
        name = f'qa_questions_total{{door="api",outcome="{outcome}"}}'
        assert after[name] == before.get(name, 0) + 1
    assert after['qa_question_seconds_count{door="api"}'] >= 2
    assert after["qa_index_articles"] == len(list(guarded.articles.glob("*.md")))
    assert after["qa_index_generation"] == 1
    assert after["qa_questions_open"] == 0


def test_log_has_request_ids_and_neither_questions_nor_passwords(guarded: Served) -> None:
    body = {"model": "ask-the-articles", "messages": [{"role": "user", "content": QUESTION}]}
    headers = {"X-Request-ID": "my-own.id_1"}

    answered = httpx.post(f"{guarded.url}/v1/chat/completions?q=secret", json=body, headers=headers, auth=ANN)
    refused = httpx.get(f"{guarded.url}/v1/none?q=secret", headers={"X-Request-ID": "a b\tc"}, auth=ANN)

    assert answered.headers["X-Request-ID"] == "my-own.id_1"
    assert re.fullmatch(r"[0-9a-f]{12}", refused.headers["X-Request-ID"])
    told = rf"INFO {refused.headers['X-Request-ID']} GET '/v1/none' from ann: 404, \d+ ms$"
    for _ in range(50):  # an answer may be here before its line is written
        if re.search(told, log := log_of(guarded), re.M):
            break
        time.sleep(0.1)
    assert re.search(told, log, re.M)
    assert re.search(r"INFO my-own\.id_1 chat question from ann: answered, \d+ ms$", log, re.M)
    assert "Brussels" not in log
    assert "secret" not in log


def test_people_of_the_load_benchmark_are_answered_through_the_page_s_own_queue(guarded: Served) -> None:
    async def converse() -> Asked:
        person = Person(f"{guarded.url}/news", "bob", USERS["bob"])
        await person.open()
        try:
            await person.ask(QUESTION)
            return await person.ask("What is the capital of Australia?")
        finally:
            await person.close()

    asked = run(converse())

    assert 0 < asked.first_s <= asked.whole_s


@pytest.mark.parametrize("keeps_prefix", [False, True])
def test_page_works_behind_a_proxy_s_path(
    guarded: Served, context: BrowserContext, keeps_prefix: bool
) -> None:
    with proxied(guarded.url, "/news", keeps_prefix=keeps_prefix) as url:
        answer = Client(url, auth=ANN, verbose=False).predict(QUESTION, api_name="/ask")
        assert answer["outcome"] == "answered"
        context.clear_cookies()
        page = context.new_page()
        failed: list[str] = []
        page.on("response", lambda got: failed.append(got.url) if got.status >= 400 else None)
        page.goto(url)
        page.get_by_label("Name").fill("bob")
        page.get_by_label("Password").fill(USERS["bob"])
        page.get_by_role("button", name="Log in").click()
        page.locator("#question textarea").fill(QUESTION)
        page.keyboard.press("Enter")

        expect(page.locator(".answer")).to_contain_text("Charles Michel")
        assert page.url == url
        assert failed == []
        page.goto("about:blank")  # the proxy ends when its streams have
        page.close()


def test_open_address_without_users_is_warned_of(tmp_path: Path) -> None:
    bare = Settings.load({}, dotenv=None)
    guarded = Settings.load({}, dotenv=None, auth_file=user_file(tmp_path))

    assert "QA_AUTH_FILE" in check_serving(Address("0.0.0.0", 7860), bare)[0]
    assert "QA_AUTH_FILE" in check_serving(Address("news.example", 7860), bare)[0]
    assert check_serving(Address("0.0.0.0", 7860), guarded) == []
    for host in ("127.0.0.1", "::1", "localhost"):
        assert check_serving(Address(host, 7860), bare) == []


def test_unusable_file_of_users_stops_the_start(tmp_path: Path) -> None:
    settings = Settings.load({}, dotenv=None, auth_file=tmp_path / "none")

    with pytest.raises(AuthFileError, match="QA_AUTH_FILE"):
        check_serving(Address("127.0.0.1", 7860), settings)


def test_root_path_is_read_from_the_environment() -> None:
    assert root_path_of({}) == ""
    assert root_path_of({"GRADIO_ROOT_PATH": "/news/"}) == "/news"
    with pytest.raises(SettingsError, match="GRADIO_ROOT_PATH"):
        root_path_of({"GRADIO_ROOT_PATH": "news"})
