"""A server without the guard shows nothing."""

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from widgets.app_state import request_guard


def _script():
    import streamlit as st

    from widgets.app_state.serving import require_guard

    require_guard()
    st.write("a screen")


@pytest.mark.parametrize("guarded", [True, False])
def test_a_browser_is_shown_nothing_without_the_guard(monkeypatch, guarded):
    monkeypatch.setattr(ContextProxy, "headers", {"Host": "localhost"})
    monkeypatch.setattr(request_guard, "_installed", guarded)
    app = AppTest.from_function(_script).run()
    assert [text.value for text in app.markdown] == (["a screen"] if guarded else [])
    assert bool(app.error) is not guarded


def test_an_external_address_is_never_asked_for(monkeypatch):
    from streamlit import net_util

    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    request_guard.no_external_address()
    assert net_util.get_external_ip() is None
    monkeypatch.delattr(net_util, "get_external_ip")
    with pytest.raises(RuntimeError, match=r"requirements\.txt"):
        request_guard.no_external_address()
