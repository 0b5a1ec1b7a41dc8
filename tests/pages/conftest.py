"""The app as a test opens it: in-process, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import Workspace
from widgets.search import searching

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def open_app(monkeypatch):
    """Open the app on a workspace, at a screen and an address; returns the screen after its first run."""

    def open_at(home, screen="collection", **params):
        monkeypatch.setenv("LOOKALIKE_HOME", str(home))
        app = AppTest.from_file(str(APP), default_timeout=120)
        if screen != "home":
            app.run()
            app.switch_page(f"pages/{screen}.py")
        for key, value in params.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return open_at


@pytest.fixture(autouse=True)
def uncalibrated(monkeypatch):
    """No search learns what a good match is: that asks hundreds of captions, in the background."""
    monkeypatch.setattr(searching, "calibrated", lambda _: False)


@pytest.fixture
def sample(home):
    """The sample collection, in a workspace that the test may change."""
    return Workspace(home).open("sample")
