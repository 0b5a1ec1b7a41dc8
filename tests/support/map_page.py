"""A page with nothing but a map, for tests and benchmarks: `streamlit run tests/support/map_page.py`.

Shows the NPZ archive MAP_POINTS (ids, xy, colour) with the pictures of the collection MAP_COLLECTION of
the workspace LOOKALIKE_HOME; MAP_NAMES is a JSON list of the categories' names.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.clustering.palette import SCALE, colours
from core.collection.workspace import Workspace
from widgets.components.scatter_map import Categories, MapPoints, Scale, clear_map_selection, picture_map_view

st.set_page_config(layout="wide")


@st.cache_resource
def loaded():
    collection = Workspace(os.environ["LOOKALIKE_HOME"]).open(os.environ["MAP_COLLECTION"])
    with np.load(os.environ["MAP_POINTS"]) as archive:
        return collection, collection.ids(), archive["ids"], archive["xy"], archive["colour"]


collection, there, ids, xy, colour = loaded()
names = json.loads(os.environ["MAP_NAMES"])
by = st.segmented_control("Colour", ["clusters", "score"], default="clusters", key="by")
dark = st.context.theme.type == "dark"
if by == "score":
    value = np.where(np.arange(len(ids)) % 50 == 0, np.nan, (xy[:, 0] - xy[:, 0].min()) / np.ptp(xy[:, 0]))
    points = MapPoints(ids, xy, value, Scale("Outlier score", "near to others", "far from all", SCALE[dark]))
else:
    points = MapPoints(ids, xy, colour, Categories(tuple(names), colours(len(names), dark)))


def real(picture):
    """The picture that stands for this dot: there may be more dots than pictures."""
    return there[(picture - 1) % len(there)]


def about(wanted):
    return {i: (collection.get(real(i)).name, f"picture {i}") for i in wanted}


if st.button("Clear from Python"):
    clear_map_selection("map")
chosen = st.number_input("Chosen", -1, len(names) - 1, -1)
selected = picture_map_view(
    "map",
    points,
    on_open=lambda picture: st.session_state.update(opened=picture),
    thumbnails=lambda wanted: {i: collection.thumbnail(real(i)) for i in wanted},
    about=about,
    chosen=None if chosen < 0 else int(chosen),
    on_choose=lambda category: st.session_state.update(legend=category),
)
st.text(f"opened {st.session_state.get('opened')}")
st.text(f"legend {st.session_state.get('legend')}")
st.text("selected " + json.dumps(selected[:2000]))
