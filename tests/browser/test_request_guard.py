"""Pages of other sites in the user's own browser: none of them gets into the app."""

import contextlib
import http.server
import socket
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ARGS

pytestmark = pytest.mark.browser

BLOCKER = Path(__file__).parents[1] / "support" / "loopback_only"
ROUTES = [
    "/",
    "/search",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/upload_file/a/b",
    "/_stcore/bidi-components/x/y.js",
    "/media/x.png",
    "/component/x/index.html",
    "/app/static/x",
    "/static/js/index.js",
    "/no/such/route",
]
OTHER_PAGE = """<!doctype html><a id=link href="{app}/">open it</a><iframe src="{app}/"></iframe>
<img src="{app}/media/x.png"><script src="{app}/static/js/index.js"></script>"""
TRY_WEBSOCKET = """(address) => new Promise((done) => {
    const socket = new WebSocket(address, ["streamlit"]);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""

POST = "(address) => fetch(address, {method: 'POST', mode: 'no-cors', body: 'x'}).catch(() => null)"
IDLE = "document.querySelector('[data-test-script-state=running]') === null"


def status(url, headers, method="GET"):
    """The status of one raw request; headers exactly as given."""
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    path = "/" + url.split("/", 3)[3]
    if all(name != "Connection" for name, _ in headers):
        headers = [*headers, ("Connection", "close")]
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    with socket.create_connection((host, int(port)), timeout=20) as link:
        link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while chunk := link.recv(65536):
            answer += chunk
            if b"\r\n\r\n" in answer:
                break
    head = answer.split(b"\r\n\r\n")[0].decode().lower()
    return int(head.split()[1]), head


@contextlib.contextmanager
def another_site(app):
    """A web page of another program on another port of this machine."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = OTHER_PAGE.format(app=app).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def wait_until(page, condition):
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come to that within a minute")


@pytest.fixture
def rebound(browser):
    """A browser in which two outside names point at this machine."""
    rules = "MAP evil.example 127.0.0.1, MAP shop.example 127.0.0.1"
    opened = browser.browser_type.launch(
        executable_path="/usr/bin/chromium", args=[*ARGS, f"--host-resolver-rules={rules}"]
    )
    yield opened.new_page()
    opened.close()


def test_no_route_answers_another_host_or_origin(serve, tmp_path):
    url = serve(tmp_path / "home")
    own = url.removeprefix("http://")
    upgrade = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Protocol", "streamlit"),
    ]
    for route in ROUTES:
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            assert status(url + route, [("Host", "evil.example")], method)[0] == 403, (route, method)
            foreign = [("Host", own), ("Origin", "http://127.0.0.1:1")]
            assert status(url + route, foreign, method)[0] == 403, (route, method)
        code, head = status(url + route, [("Host", own)])
        assert code != 403, route
        assert "content-security-policy: frame-ancestors 'none'" in head, route
        assert "x-content-type-options: nosniff" in head, route
    stream = url + "/_stcore/stream"
    assert status(stream, [("Host", own), ("Origin", url), *upgrade])[0] == 101
    assert status(stream, [("Host", own), ("Origin", "http://localhost:1"), *upgrade])[0] == 403
    assert status(stream, [("Host", "evil.example"), *upgrade])[0] == 403


def test_a_rebound_name_does_not_open_the_app(serve, rebound, tmp_path):
    url = serve(tmp_path / "home")
    port = url.rsplit(":", 1)[1]
    answer = rebound.goto(f"http://evil.example:{port}/")
    assert answer.status == 403
    assert "Lookalike does not answer under the name evil.example" in answer.text()
    assert rebound.evaluate(TRY_WEBSOCKET, f"ws://evil.example:{port}/_stcore/stream") == "refused"
    assert rebound.evaluate(TRY_WEBSOCKET, f"ws://127.0.0.1:{port}/_stcore/stream") == "refused"


def test_a_page_of_another_program_may_only_link_to_the_app(serve, browser, tmp_path):
    url = serve(tmp_path / "home")
    with another_site(url) as other:
        page = browser.new_page()
        statuses, failed = {}, set()
        page.on("response", lambda answer: statuses.setdefault(answer.url, answer.status))
        page.on("requestfailed", lambda request: failed.add(request.url))
        page.goto(other)
        kept_away = {f"{url}/media/x.png", f"{url}/static/js/index.js"}
        wait_until(page, lambda: f"{url}/" in statuses and kept_away <= failed)
        assert statuses[f"{url}/"] == 403, "in a frame"
        assert page.evaluate(TRY_WEBSOCKET, url.replace("http", "ws") + "/_stcore/stream") == "refused"
        upload = f"{url}/_stcore/upload_file/a/b"
        page.evaluate(POST, upload)
        wait_until(page, lambda: upload in failed)
        page.click("#link")
        expect(page.get_by_role("button", name="Try the sample catalogue")).to_be_visible(timeout=60_000)
        page.close()


def test_a_name_that_the_user_allowed_opens_the_app(serve, rebound, tmp_path):
    url = serve(tmp_path / "home", LOOKALIKE_HOSTS="shop.example")
    port = url.rsplit(":", 1)[1]
    rebound.goto(f"http://shop.example:{port}/")
    expect(rebound.get_by_role("button", name="Try the sample catalogue")).to_be_visible(timeout=60_000)


def test_no_screen_asks_anything_outside_this_machine(serve, page, home, tmp_path):
    """The server's process may reach loopback only, and notes what else it tries."""
    notes = tmp_path / "outside.txt"
    url = serve(home, PYTHONPATH=str(BLOCKER), LOOKALIKE_TEST_OUTSIDE=str(notes))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda link: asked.append(link.url))
    own = url.removeprefix("http://")
    for screen in ("", "search", "search?q=a+red+dress", "duplicates", "clusters", "index", "evaluation"):
        page.goto(f"{url}/{screen}{'&' if '?' in screen else '?'}collection=sample")
        expect(page.get_by_role("heading").first).to_be_visible(timeout=60_000)
        page.wait_for_function(
            "document.querySelector('[data-test-script-state=running]') === null", timeout=60_000
        )
    status(f"{url}/_stcore/stream", [("Host", own), ("Origin", "http://outside.example")])
    outside = [a for a in asked if not a.startswith((url, url.replace("http", "ws"), "data:", "blob:"))]
    assert not outside
    assert not notes.exists(), notes.read_text()
