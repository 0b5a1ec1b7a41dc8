"""Start the server with every request guarded, and refuse to draw a screen in one that is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import cli_util
from streamlit.web.server import server_util

from widgets.app_state import request_guard


def serve() -> dict[str, Any]:
    """Return what `st.App` needs besides the script: the guard, and the browser opened at the start."""
    request_guard.no_external_address()
    return {"middleware": [Middleware(request_guard.RequestGuard)], "lifespan": _open_browser}


def require_guard() -> None:
    """Stop this run with a message where a browser is connected and nothing checks its requests.

    That happens when a version of Streamlit does not find `app` in ``app.py`` and serves the script alone.
    """
    if st.context.headers and not request_guard.is_installed():
        st.error(
            "Lookalike was started in a way that lets any web site use it, so it shows nothing. Start it "
            "with `streamlit run app.py`, with the version of Streamlit that `requirements.txt` names."
        )
        st.stop()


@asynccontextmanager
async def _open_browser(_app: st.App) -> AsyncIterator[None]:
    """Open the app in the browser, as `streamlit run` does for a plain script, unless it runs headless."""
    if not st.get_option("server.headless"):
        address = server_util.get_display_address(st.get_option("server.address") or "localhost")
        asyncio.get_running_loop().call_soon(cli_util.open_browser, server_util.get_url(address))
    yield
