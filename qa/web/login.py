"""The page that asks for name and password, and the routes behind it."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from qa.web.escape import escaped
from qa.web.gate import LOGIN, set_session_cookie, too_many_attempts
from qa.web.keeper import Keeper, TooManyAttempts, address_of

LOGOUT = "/logout"
LONGEST_BODY = 4096
TITLE, NAME, PASSWORD, LOG_IN = "Ask the articles", "Name", "Password", "Log in"
WRONG = "Name or password is wrong."

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(20rem, calc(100vw - 3rem)); }
h1 { font-size: 1.4rem; }
label { display: block; margin-top: .8rem; }
input, button { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border-radius: .4rem; }
input { border: 1px solid GrayText; }
button { margin-top: 1.2rem; border: 0; background: #0f766e; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #0d9488; outline-offset: 2px; }
"""


def login_routes(keeper: Keeper, *, root_path: str) -> APIRouter:
    """Return the routes that begin and end a session."""
    router = APIRouter()

    @router.get(LOGIN)
    def form(next: str = "/") -> HTMLResponse:  # noqa: A002 - the query's name
        return HTMLResponse(login_html(root_path, said="", after=next))

    @router.post(LOGIN)
    async def log_in(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > LONGEST_BODY:
            return Response(status_code=413)
        sent = await request.form(max_files=0, max_fields=5)
        name, password = str(sent.get("username", "")), str(sent.get("password", ""))
        after = request.query_params.get("next", "/")
        try:
            token = await keeper.log_in(address_of(request), name, password)
        except TooManyAttempts as error:
            if not _is_browser(request):
                return too_many_attempts(error)
            said, status, headers = str(error), 429, {"Retry-After": str(error.retry_after_s)}
            return HTMLResponse(login_html(root_path, said=said, after=after), status, headers)
        if token is None:
            if not _is_browser(request):
                return JSONResponse({"detail": WRONG}, status_code=401)
            return HTMLResponse(login_html(root_path, said=WRONG, after=after), status_code=401)
        welcome: Response = JSONResponse({"success": True})  # as gradio_client expects
        if _is_browser(request):
            welcome = RedirectResponse(f"{root_path}{_own_path(after)}", status_code=303)
        set_session_cookie(welcome, request, keeper, token, root_path=root_path)
        return welcome

    @router.api_route(LOGOUT, methods=["GET", "POST"])
    def log_out(request: Request) -> Response:
        keeper.log_out(request)
        left = RedirectResponse(f"{root_path}{LOGIN}", status_code=303)
        left.delete_cookie(keeper.cookie, path=root_path or "/")
        return left

    return router


def login_html(root_path: str, *, said: str, after: str) -> str:
    """Render the form; it needs no script. `said` is what went wrong before, if anything."""
    action = f"{root_path}{LOGIN}?{urlencode({'next': _own_path(after)})}"
    remark = f'<p role="alert">{escaped(said)}</p>' if said else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escaped(TITLE)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escaped(TITLE)}</h1>{remark}"
        f'<form method="post" action="{escaped(action)}">'
        f'<label for="username">{escaped(NAME)}</label>'
        '<input id="username" name="username" autocomplete="username" required autofocus>'
        f'<label for="password">{escaped(PASSWORD)}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        f'<button type="submit">{escaped(LOG_IN)}</button></form></main></body></html>'
    )


def _own_path(after: str) -> str:
    """Return the path to go to after logging in, which is never on another host."""
    is_ours = after.startswith("/") and not after.startswith(("//", "/\\")) and after.isprintable()
    return after if is_ours else "/"


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
