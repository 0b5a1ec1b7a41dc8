"""Refuse requests that web pages of other sites make through the user's browser.

The app listens on loopback without a login, so the browser is the way in for everyone else: a page whose host
name was rebound to 127.0.0.1, a page of another program on another port, a frame around the app. Every route
(pages, websocket, uploads, media, component files) is checked here, before Streamlit sees the request:

- the Host header names this machine, or a name that the user allowed in ``LOOKALIKE_HOSTS``;
- the Origin header, where there is one, is the address of the app itself;
- a request that the browser marks as coming from another site is a visit in the address bar, nothing else.
"""

from __future__ import annotations

import ipaddress
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS_VARIABLE = "LOOKALIKE_HOSTS"
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_HEADERS = (
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

_installed = False


class RequestGuard:
    """ASGI middleware: answers 403 to requests from other sites, adds protective headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        global _installed  # noqa: PLW0603 - one server per process, and the script has to know that it is guarded
        self._app = app
        _installed = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = [(name.lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        reason = refusal(scope["type"], scope.get("method", "GET"), headers)
        if reason is None:
            await self._app(_as_same_origin(scope), receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            body = reason.encode()
            start = {
                "type": "http.response.start",
                "status": 403,
                "headers": [
                    (b"content-type", b"text/plain; charset=utf-8"),
                    (b"content-length", str(len(body)).encode()),
                ],
            }
            guarded = _with_headers(send)
            await guarded(start)
            await guarded({"type": "http.response.body", "body": body})


def is_installed() -> bool:
    """Whether the server of this process passes its requests through a `RequestGuard`."""
    return _installed


def refusal(kind: str, method: str, headers: list[tuple[bytes, str]]) -> str | None:
    """Say why a request is refused.

    Args:
        kind: ``"http"`` or ``"websocket"``.
        method: the HTTP method.
        headers: lower-case names and values.

    Returns:
        A sentence for the user, or None for a request that may pass.
    """
    host = _parse(_only(headers, b"host"))
    if host is None:
        return "This request does not say which host it is for, so Lookalike refuses it.\n"
    if not (_is_loopback(host[0]) or host[0] in {name for name, _ in allowed_hosts()}):
        return (
            f"Lookalike does not answer under the name {host[0]}, because any web site can point a name at "
            f"this computer. Open it as http://localhost on the same port. If {host[0]} is your own name for "
            f"it, start it with {HOSTS_VARIABLE}={host[0]}\n"
        )
    if any(name == b"origin" for name, _ in headers) and not _is_own(_only(headers, b"origin"), host):
        return "This request comes from a page of another site, so Lookalike refuses it.\n"
    from_elsewhere = _value(headers, b"sec-fetch-site") in {"cross-site", "same-site"}
    visit = (
        kind == "http"
        and method in {"GET", "HEAD"}
        and _value(headers, b"sec-fetch-mode") == "navigate"
        and _value(headers, b"sec-fetch-dest") == "document"
    )
    if from_elsewhere and not visit:
        return "This request comes from a page of another site, so Lookalike refuses it.\n"
    return None


def allowed_hosts() -> set[tuple[str, str | None]]:
    """Return the names, each with a port or None, that the user allowed beside those of this machine."""
    entries = re.split(r"[\s,]+", os.environ.get(HOSTS_VARIABLE, ""))
    return {parsed for entry in entries if (parsed := _parse(entry)) is not None}


def no_external_address() -> None:
    """Keep Streamlit from asking an outside service for this machine's public address.

    Raises:
        RuntimeError: this version of Streamlit asks in another way, so that it cannot be prevented here.
    """
    from streamlit import net_util

    if not hasattr(net_util, "get_external_ip"):
        raise RuntimeError(
            "Lookalike cannot make sure that this version of Streamlit sends no request to the outside. "
            "Install the version that requirements.txt names."
        )
    net_util.get_external_ip = lambda: None


def _parse(host: str | None) -> tuple[str, str | None] | None:
    """Split ``name:port`` into the name in lower case without brackets or a final dot, and the port."""
    match = _HOST.fullmatch((host or "").strip().lower())
    return None if match is None else (match["name"].strip("[]").rstrip("."), match["port"])


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_own(origin: str | None, host: tuple[str, str | None]) -> bool:
    """Whether an origin is the address that the request itself was made to, or one that the user allowed."""
    try:
        parts = urlsplit(origin or "")
    except ValueError:
        return False
    where = _parse(parts.netloc)
    if where is None or parts.scheme not in _DEFAULT_PORTS:
        return False
    default = _DEFAULT_PORTS[parts.scheme]
    same = where[0] == host[0] and (where[1] or default) == (host[1] or default)
    # A proxy may pass requests on under another host name; the browser's origin then is the allowed name.
    return same or (not _is_loopback(where[0]) and where in allowed_hosts())


def _as_same_origin(scope: Scope) -> Scope:
    """Give a websocket behind a proxy the host of its origin: Streamlit compares the two once more."""
    origin = next((value for name, value in scope["headers"] if name.lower() == b"origin"), None)
    if scope["type"] != "websocket" or origin is None:
        return scope
    netloc = urlsplit(origin.decode("latin-1")).netloc.encode("latin-1")
    headers = [(name, netloc if name.lower() == b"host" else value) for name, value in scope["headers"]]
    return {**scope, "headers": headers}


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = {name for name, _ in _HEADERS}
            theirs = [pair for pair in message.get("headers", []) if pair[0].lower() not in ours]
            message = {**message, "headers": [*theirs, *_HEADERS]}
        await send(message)

    return guarded


def _value(headers: list[tuple[bytes, str]], wanted: bytes) -> str | None:
    return next((value.strip().lower() for name, value in headers if name == wanted), None)


def _only(headers: list[tuple[bytes, str]], wanted: bytes) -> str | None:
    """Return the value of a header that is there exactly once."""
    values = [value for name, value in headers if name == wanted]
    return values[0] if len(values) == 1 else None
