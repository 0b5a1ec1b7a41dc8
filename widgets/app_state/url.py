"""Reads and writes the address bar. A parameter is a list of words, as in any address."""

from collections.abc import Mapping, Sequence

import streamlit as st

KEPT = ("collection",)
"""What every screen's address begins with."""


def params() -> dict[str, list[str]]:
    """Every parameter with all of its values."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def go(parts: Mapping[str, Sequence[str]]) -> None:
    """Make the address hold exactly `parts`, beside the collection; does nothing where it does already."""
    wanted = {key: st.query_params.get_all(key) for key in KEPT if key in st.query_params}
    wanted |= {key: list(values) for key, values in parts.items() if values}
    if wanted != params():
        st.query_params.from_dict(wanted)
