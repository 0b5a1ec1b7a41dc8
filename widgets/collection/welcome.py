"""What a person sees before there is a picture: what this is, and the first thing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import open_collection, workspace
from widgets.shared.add_images import FOLDER, UPLOAD, Target, add_pictures, start_sample
from widgets.shared.collection_picker import show_collection
from widgets.shared.creating import collection_fields, create
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.collection import Collection

SAMPLE = "sample"

_WAYS = (
    (":material/chat_bubble:", "In words", "Type “a red dress” and see the pictures that fit, best first."),
    (":material/image_search:", "With a picture", "Drop, paste or choose one, or just a part of it."),
    (
        ":material/thumbs_up_down:",
        "By example",
        "Say “more like this”, “unlike that”, and watch the results follow.",
    ),
)

_WINDOW = (
    "dresses/purple-striped-dress-on-grey.jpg",
    "mugs/purple-dotted-mug-on-marble.jpg",
    "lamps/orange-lamp-on-wood.jpg",
    "sneakers/green-sneaker-on-peach.jpg",
    "handbags/pink-handbag-on-grey.jpg",
    "vases/red-zigzag-vase-on-white.jpg",
    "teapots/purple-teapot-on-wood.jpg",
)


def welcome() -> None:
    """The first page of an empty workspace."""
    st.title("Find pictures by how they look")
    st.markdown(
        "Lookalike looks at every picture of a collection once and remembers what it saw. "
        "From then on you can search it in an instant. Everything stays on this machine."
    )
    window = st.container(height=150, border=False)
    for column, (icon, title, text) in zip(st.columns(len(_WAYS), gap="medium"), _WAYS, strict=True):
        column.markdown(f"{icon} **{title}**  \n{text}")
    st.space("small")
    left, middle, right = st.columns(3, gap="medium")
    with left.container(border=True, height="stretch"):
        st.subheader("Try it out")
        st.markdown(
            "A small shop of about 300 drawn products: dresses, mugs, lamps and more. Ready in seconds."
        )
        try_sample("primary")
    with middle.container(border=True, height="stretch"):
        st.subheader("Drop your own pictures")
        st.markdown("Pictures or a ZIP archive. They are copied into the collection, and nowhere else.")
        if st.button("Drop pictures", key="add-own", icon=":material/add_photo_alternate:", width="stretch"):
            st.session_state["creating"] = UPLOAD
    with right.container(border=True, height="stretch"):
        st.subheader("Open a folder")
        st.markdown("A folder of this machine, with all folders below it. The pictures stay where they are.")
        if st.button("Open a folder", key="add-folder", icon=":material/folder_open:", width="stretch"):
            st.session_state["creating"] = FOLDER
    if st.session_state.get("creating"):
        new_collection("welcome")
    for column, (caption, jpeg) in zip(window.columns(len(_WINDOW), wrap=False), shop_window(), strict=True):
        column.image(jpeg, width="stretch", alt=caption)  # last, for drawing them takes a moment


def try_sample(kind: Literal["primary", "tertiary"]) -> None:
    """The button that makes the sample collection and starts filling it."""
    if st.button(
        "Try the sample catalogue",
        key="try-sample",
        type=kind,
        icon=":material/auto_awesome:",
        width="stretch" if kind == "primary" else "content",
    ) and start_sample(sample_target):
        st.session_state["creating"] = None
        st.rerun()


@st.cache_resource(show_spinner=False)
def shop_window() -> list[tuple[str, bytes]]:
    """A few pictures of the sample catalogue, with their captions, to show what it is like."""
    from PIL import ImageOps

    from core.images import load_image, make_thumbnail
    from core.sample_catalogue import draw, sample_items

    items = sample_items()
    named = {item.name: item for item in items}
    chosen = [named.get(name, items[i]) for i, name in enumerate(_WINDOW)]
    drawn = [ImageOps.fit(load_image(draw(item), min_side=256).image, (256, 256)) for item in chosen]
    return [(item.caption, make_thumbnail(image)) for item, image in zip(chosen, drawn, strict=True)]


def new_collection(key: str) -> None:
    """The form of a new collection and of its first pictures."""
    with st.container(border=True, key=f"{key}-new"):
        st.subheader("A new collection")
        name, encoder, preset = collection_fields(key)
        add_pictures(key, lambda: create(name, encoder, preset), str(st.session_state.get("creating")))


def empty_collection(collection: Collection) -> None:
    """What to do with a collection that holds nothing yet."""
    st.subheader("No pictures yet")
    st.markdown("Drag in some pictures or a ZIP archive, or name a folder of this machine.")
    target: Target = lambda: collection  # noqa: E731 - one word of code
    add_pictures("empty", target)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Nothing at hand?", width="content")
        if st.button(
            "Fill it with the sample catalogue", key="fill-sample", type="tertiary"
        ) and start_sample(target):
            st.rerun()


def sample_target() -> Collection | None:
    """The sample collection, made where it is not there yet."""
    space = workspace()
    try:
        if all(summary.name != SAMPLE for summary in space.list()):
            space.create(SAMPLE)
        show_collection(SAMPLE)
        return open_collection(SAMPLE)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return None
