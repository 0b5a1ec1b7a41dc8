"""Which requests pass the guard, by their headers alone."""

import asyncio

import pytest

from widgets.app_state.request_guard import HOSTS_VARIABLE, RequestGuard

APP = "http://127.0.0.1:8501"


def ask(headers, kind="http", method="GET"):
    """Send one request through the guard; returns the messages that came back and the scope that passed."""
    sent, passed = [], []

    async def app(scope, receive, send):
        passed.append(scope)
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"X-Frame-Options", b"ALLOWALL")]}
        )

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": "/",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    asyncio.run(RequestGuard(app)(scope, None, send))
    return sent, passed


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8501",
        "LOCALHOST:8501",
        "localhost.:1",
        "127.0.0.1:8501",
        "127.1.2.3",
        "[::1]:8501",
    ],
)
def test_this_machine_is_answered_under_its_own_names(kind, host):
    assert ask([("host", host)], kind)[1]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", "")],
        [("host", "evil.example")],
        [("host", "evil.example:8501"), ("origin", "http://evil.example:8501")],
        [("host", "127.0.0.1.evil.example")],
        [("host", "localhost.evil.example")],
        [("host", "localhost@evil.example")],
        [("host", "localhost:8501/x")],
        [("host", "192.168.1.5:8501")],
        [("host", "0.0.0.0:8501")],
        [("host", "localhost"), ("host", "evil.example")],
    ],
)
def test_other_names_are_refused(kind, headers):
    sent, passed = ask(headers, kind)
    assert not passed
    assert sent[0].get("status") == 403 if kind == "http" else sent[0]["type"] == "websocket.close"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1:9999",
        "http://localhost:8501",
        "http://127.0.0.1",
        "https://127.0.0.1",
        "null",
        "",
        "http://127.0.0.1:8501@evil.example",
        "http://[",
        "file://",
    ],
)
def test_other_origins_are_refused(kind, origin):
    assert not ask([("host", "127.0.0.1:8501"), ("origin", origin)], kind, "POST")[1]
    assert ask([("host", "127.0.0.1:8501"), ("origin", APP)], kind, "POST")[1]
    assert not ask([("host", "127.0.0.1:8501"), ("origin", APP), ("origin", origin)], kind, "POST")[1]


def test_the_default_port_may_be_written_or_not():
    assert ask([("host", "localhost"), ("origin", "http://localhost:80")])[1]
    assert ask([("host", "localhost:443"), ("origin", "https://localhost")])[1]
    assert not ask([("host", "localhost"), ("origin", "http://localhost:8080")])[1]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_to_the_app_and_nothing_else(site):
    def from_site(mode, dest, method="GET"):
        headers = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)]
        return bool(ask([("host", "localhost:8501"), *headers], "http", method)[1])

    assert from_site("navigate", "document")
    assert not from_site("navigate", "document", "POST")
    assert not from_site("navigate", "iframe")
    assert not from_site("no-cors", "image")
    assert not from_site("no-cors", "script")
    assert not from_site("websocket", "websocket")
    assert ask([("host", "localhost:8501"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")])[1]


def test_the_user_allows_names_of_a_proxy(monkeypatch):
    monkeypatch.setenv(HOSTS_VARIABLE, "shop.example, pictures.example:8443 not/a/name")
    shop = ("host", "shop.example")
    assert ask([shop, ("origin", "https://shop.example")])[1]
    assert not ask([shop, ("origin", "https://evil.example")])[1]
    assert not ask([shop, ("origin", "https://shop.example:9999")])[1]
    assert ask([("host", "localhost:8501")])[1], "this machine is still answered"
    # A proxy that passes requests on under the app's own address
    assert ask([("host", "127.0.0.1:8501"), ("origin", "https://shop.example")])[1]
    assert ask([("host", "127.0.0.1:8501"), ("origin", "https://pictures.example:8443")])[1]
    assert not ask([("host", "127.0.0.1:8501"), ("origin", "https://pictures.example")])[1]
    _, passed = ask([("host", "127.0.0.1:8501"), ("origin", "https://shop.example")], "websocket")
    assert (b"host", b"shop.example") in passed[0]["headers"], "Streamlit compares the two once more"


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_forbids_framing_and_guessing_types(host):
    headers = dict(ask([("host", host)])[0][0]["headers"])
    assert headers[b"content-security-policy"] == b"frame-ancestors 'none'"
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"X-Frame-Options" not in headers, "replaced, not sent twice"


def test_a_refusal_says_what_to_do():
    body = ask([("host", "shop.example:80")])[0][1]["body"].decode()
    assert f"{HOSTS_VARIABLE}=shop.example" in body
