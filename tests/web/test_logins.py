"""Users' files, sessions, failed attempts, and who is let through the gate."""

import asyncio
import base64
import io
import os
from collections.abc import Mapping
from pathlib import Path

import bcrypt
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from qa.web import auth
from qa.web.asker import asker_of
from qa.web.auth import AuthFileError, Users, read_users, user_line
from qa.web.gate import Gate
from qa.web.keeper import Keeper
from qa.web.sessions import FREE_TRIES, LONGEST_DELAY_S, MOST_SESSIONS, SESSION_S, Attempts, Sessions
from tests.web.awaiting import run
from tests.web.clock import Clock
from tests.web.serving import USERS, user_file

HASH = bcrypt.hashpw(
    b"a long password", b"$2b$04$" + b"saltsaltsaltsaltsaltse"
).decode()  # names tests: always one


def basic(name: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def test_line_made_for_a_user_lets_that_user_in_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_text(f"# users\n\n{user_line('ann', 'a long password')}\nbob:{HASH}\n", "utf-8")

    users = Users(path)

    assert users.verify("ann", "a long password")
    assert users.verify("bob", "a long password")
    assert not users.verify("ann", "another password")
    assert not users.verify("eve", "a long password")
    assert not users.verify("bob", "")
    assert not users.verify("bob", "a long password\0")
    assert "a long password" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names nobody"),
        ("ann\n", "line 1"),
        ("ann:secret\n", "line 1"),
        (f":{HASH}\n", "line 1"),
        (f"ann:{HASH}\nbob:$apr1$x\n", "line 2"),
        (f"ann:{HASH}\nann:{HASH}\n", "line 2: 'ann' is there twice"),
        (None, "cannot be read"),
    ],
    ids=[
        "empty",
        "no colon",
        "no hash",
        "no name",
        "other hash",
        "twice",
        "missing",
    ],  # a hash differs each time
)
def test_file_that_cannot_be_used_says_where_and_shows_no_hash(
    tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "users"
    if text is not None:
        path.write_text(text, "utf-8")

    with pytest.raises(AuthFileError, match=said) as raised:
        read_users(path)

    assert "$2b$" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", "long enough"),
        ("a:b", "long enough"),
        ("#a", "long enough"),
        ("a\n", "long enough"),
        ("a", "short"),
        ("a", "ä" * 40),
    ],
)
def test_name_or_password_that_cannot_be_is_refused(name: str, password: str) -> None:
    with pytest.raises(AuthFileError):
        user_line(name, password)


def test_command_writes_a_line_from_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))

    assert auth.main(["ann"]) == 0

    (tmp_path / "users").write_text(capsys.readouterr().out, "utf-8")
    assert Users(tmp_path / "users").verify("ann", "a long password")


def test_command_refuses_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

    assert auth.main(["ann"]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "error: the password has 5 characters; give at least 8\n"


def test_changed_file_is_read_again_and_a_broken_one_is_not(tmp_path: Path) -> None:
    path = user_file(tmp_path)
    users = Users(path)
    path.write_text(f"cem:{HASH}\n", "utf-8")
    assert (users.knows("cem"), users.knows("ann")) == (True, False)

    path.write_text("nonsense\n", "utf-8")

    assert users.knows("cem")


def test_session_ends_unused_by_logout_and_with_its_password() -> None:
    sessions = Sessions(clock=(clock := Clock()))
    known = {"ann": b"1"}

    def name_of(token: str) -> str | None:
        return sessions.name_of(token, lambda name: known.get(name, b""))

    unused, left, kept = (sessions.open("ann", b"1") for _ in range(3))
    sessions.close(left)
    clock.forward(SESSION_S - 1)
    assert (name_of(left), name_of(kept), name_of("")) == (None, "ann", None)
    clock.forward(2)
    assert (name_of(unused), name_of(kept)) == (None, "ann")
    known["ann"] = b"2"
    assert name_of(kept) is None


def test_sessions_are_bounded() -> None:
    sessions = Sessions(clock=Clock())
    first = sessions.open("ann", b"")
    for _ in range(MOST_SESSIONS):
        last = sessions.open("ann", b"")

    assert sessions.name_of(first, lambda _: b"") is None
    assert sessions.name_of(last, lambda _: b"") == "ann"


def test_wait_doubles_with_each_failure_and_ends_with_a_success() -> None:
    attempts = Attempts(clock=(clock := Clock()))
    for _ in range(FREE_TRIES - 1):
        attempts.failed("1.2.3.4", "ann")
    assert attempts.wait_s("1.2.3.4", "ann") == 0
    waits = []
    for _ in range(8):
        attempts.failed("1.2.3.4", "ann")
        waits.append(attempts.wait_s("1.2.3.4", "ann"))
        clock.forward(waits[-1])
        assert attempts.wait_s("1.2.3.4", "ann") == 0

    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_DELAY_S, LONGEST_DELAY_S]
    assert attempts.wait_s("4.3.2.1", "ann") == 0  # nobody locks another out
    attempts.succeeded("1.2.3.4", "ann")
    attempts.failed("1.2.3.4", "ann")
    assert attempts.wait_s("1.2.3.4", "ann") == 0


def test_address_that_tries_many_names_waits_as_well() -> None:
    attempts = Attempts(clock=Clock())
    for number in range(30):
        attempts.failed("1.2.3.4", f"name {number}")

    assert attempts.wait_s("1.2.3.4", "another name") > 0


def who(request: Request) -> Response:
    asker = asker_of(request)
    return PlainTextResponse(f"{asker.name} {asker.is_limited}")


def knock(
    keeper: Keeper | None, *headers: Mapping[str, str], client: str = "1.2.3.4"
) -> list[httpx.Response]:
    """Ask a guarded application who one is, once for each of the headers."""
    app = Gate(Starlette(routes=[Route("/{path:path}", who)]), keeper=keeper, root_path="/news")

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as asking:
            return [await asking.get("/v1/x?q=1", headers=dict(each)) for each in headers]

    return run(ask())


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(Users(user_file(tmp_path)), cookie="session", clock=Clock())


def test_without_users_everybody_passes_and_only_this_machine_is_unlimited() -> None:
    assert knock(None, {}, client="1.2.3.4")[0].text == "1.2.3.4 True"
    assert knock(None, {}, client="127.0.0.1")[0].text == "127.0.0.1 False"
    assert knock(None, {}, client="::1")[0].text == "::1 False"


@pytest.mark.parametrize(
    "header",
    [
        basic("ann", USERS["ann"]),
        f"Bearer ann:{USERS['ann']}",
        basic("ann", USERS["ann"]).replace("Basic", "bearer"),
    ],
)
def test_credentials_let_their_user_in(keeper: Keeper, header: str) -> None:
    answers = knock(keeper, {"Authorization": header}, {"Authorization": header})

    assert [answer.text for answer in answers] == ["ann True", "ann True"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": basic("ann", USERS["bob"])},
        {"Authorization": basic("eve", USERS["ann"])},
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Digest ann:{USERS['ann']}"},
        {"Authorization": ""},
        {"Cookie": "session=" + "x" * 43},
        {"Cookie": "session="},
    ],
)
def test_anything_else_does_not(keeper: Keeper, headers: dict[str, str]) -> None:
    (answer,) = knock(keeper, headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_browser_is_sent_to_the_login_and_back(keeper: Keeper) -> None:
    (answer,) = knock(keeper, {"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/news/login?next=%2Fv1%2Fx%3Fq%3D1"


def test_wrong_password_is_looked_at_ever_more_seldom_even_if_right_at_last(keeper: Keeper) -> None:
    wrong, right = {"Authorization": basic("ann", "wrong")}, {"Authorization": basic("ann", USERS["ann"])}

    answers = knock(keeper, *[wrong] * (FREE_TRIES + 1), right)

    assert [answer.status_code for answer in answers] == [401] * FREE_TRIES + [429, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert knock(keeper, right, client="5.6.7.8")[0].status_code == 200


def test_many_wrong_passwords_at_once_are_not_all_looked_at(tmp_path: Path) -> None:
    looked_at: list[str] = []

    class Counting(Users):
        def verify(self, name: str, password: str) -> bool:
            looked_at.append(password)
            return super().verify(name, password)

    keeper = Keeper(Counting(user_file(tmp_path)), cookie="session", clock=Clock())

    async def rush() -> None:
        tries = [keeper.log_in("1.2.3.4", "ann", str(number)) for number in range(50)]
        await asyncio.gather(*tries, return_exceptions=True)

    run(rush())

    assert FREE_TRIES <= len(looked_at) <= FREE_TRIES + 1


def test_changed_password_ends_what_is_remembered(tmp_path: Path) -> None:
    path = user_file(tmp_path)
    keeper = Keeper(Users(path), cookie="session", clock=Clock())
    header = {"Authorization": basic("ann", USERS["ann"])}
    assert knock(keeper, header)[0].status_code == 200

    path.write_text(f"ann:{HASH}\n", "utf-8")
    os.utime(path, (1, 1))

    assert knock(keeper, header)[0].status_code == 401
