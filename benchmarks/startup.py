"""How long a person waits: for the import, for the first page, and for the first results on the screen.

- `import core` in a fresh interpreter, and the command line's help;
- from the start of the server to the first page drawn in headless Chromium, disk and caches warm;
- from pressing Enter on a text query to the first result drawn, over the sample catalogue.

Needs Chromium at /usr/bin/chromium and Playwright (requirements-dev.txt) for the screen; without them only
the imports are measured.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import parser, report  # noqa: E402

TARGETS = {"import_core_s": 0.5, "first_page_s": 3.0, "first_result_ms": 500.0}
CHROMIUM = Path("/usr/bin/chromium")


def main() -> int:
    args = parser(__doc__).parse_args()
    rounds = 3 if args.quick else 7
    python = statistics.median(run_s([sys.executable, "-c", "pass"]) for _ in range(rounds))
    imported = [run_s([sys.executable, "-c", "import core; core.Workspace"]) - python for _ in range(rounds)]
    bare = [run_s([sys.executable, "-c", "import core"]) - python for _ in range(rounds)]
    help_ = [run_s([sys.executable, "-m", "core", "--help"]) for _ in range(rounds)]
    figures = {
        "import_core_s": statistics.median(bare),
        "import_workspace_s": statistics.median(imported),
        "command_line_help_s": statistics.median(help_),
    }
    if CHROMIUM.exists():
        figures |= on_screen(2 if args.quick else 5)
    holds = all(figures.get(name, float("inf")) <= bound for name, bound in TARGETS.items())
    return report("startup", figures, TARGETS, holds, args.json)


def run_s(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    return time.perf_counter() - started


def on_screen(rounds: int) -> dict[str, float]:
    from playwright.sync_api import sync_playwright

    from core.collection import Workspace

    first_page, first_result = [], []
    queries = ["a red dress", "a striped mug", "sneakers", "a guitar", "yellow umbrella", "blue sofa"]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        Workspace(home).create("sample").add_sample()
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            started = time.perf_counter()
            with server(home) as url:
                page.goto(f"{url}/?collection=sample")
                page.locator(".card").first.wait_for(timeout=60_000)
                first_page.append(time.perf_counter() - started)
                page.goto(f"{url}/search?collection=sample&q=a+green+hat")
                names = page.locator(".card .name .text")
                names.first.wait_for(timeout=120_000)
                box = page.get_by_role("searchbox", name="Search")
                for query in queries:
                    page.wait_for_timeout(500)
                    before = names.first.inner_text()
                    box.fill(query)
                    asked = time.perf_counter()
                    box.press("Enter")
                    while names.first.inner_text() == before:
                        page.wait_for_timeout(5)
                    first_result.append((time.perf_counter() - asked) * 1000)
            page.close()
        browser.close()
    return {
        "first_page_s": statistics.median(first_page),
        "first_page_slowest_s": max(first_page),
        "first_result_ms": statistics.median(first_result),
        "first_result_slowest_ms": max(first_result),
    }


@contextmanager
def server(home: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "LOOKALIKE_HOME": home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit("the server did not start")
            time.sleep(0.02)
        yield url
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
