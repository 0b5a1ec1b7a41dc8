"""The real app, started as a person starts it, in a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs a browser at {CHROMIUM}")
        pytest.skip(f"needs a browser at {CHROMIUM}")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # the first page of a server takes a while on a busy machine
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield opened
        opened.close()


@pytest.fixture
def serve(tmp_path):
    """Start `streamlit run app.py` on a workspace and return its address; stopped when the test ends.

    Further arguments are environment variables of the server.
    """
    running = []

    def start(home, roots=None, **variables):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        env = (
            os.environ | {"LOOKALIKE_HOME": str(home), "LOOKALIKE_ROOTS": str(roots or tmp_path)} | variables
        )
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            f"--server.port={port}",
            "--server.headless=true",
        ]
        log = (tmp_path / "app.log").open("ab")
        running.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT))
        url = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()  # noqa: S310 - our own server
                return url
            except OSError:
                time.sleep(0.25)
        pytest.fail(f"the app did not start:\n{(tmp_path / 'app.log').read_text()}")

    yield start
    for process in running:
        process.terminate()
        process.wait(20)


@pytest.fixture
def page(browser, tmp_path, request):
    """A fresh browser window. A failed test leaves a screenshot; an error in the console fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    window = context.new_page()
    window.set_default_timeout(30_000)
    trouble = []
    window.on("pageerror", lambda error: trouble.append(str(error)))
    window.on("console", lambda message: _note(message, trouble))
    failed = request.session.testsfailed
    yield window
    if request.session.testsfailed > failed:
        window.screenshot(path=str(tmp_path / "failed.png"))
        shutil.copy(tmp_path / "failed.png", Path(tmp_path).parent / f"{request.node.name}.png")
    context.close()
    assert not trouble, trouble


def _note(message, trouble):
    # On a deep link Streamlit first looks for its own files beside the page, then at the root.
    its_own = "/_stcore/" in (message.location or {}).get("url", "")
    if message.type == "error" and not its_own:
        trouble.append(f"{message.text} {message.location}")
