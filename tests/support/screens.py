"""Reading and driving a screen under AppTest."""

import json


def said(app):
    """Everything that the screen says in words."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    return "\n".join(element.value for kind in kinds for element in getattr(app, kind))


def tiles(app, key):
    """What the gallery of that key was given to show."""
    found = [node for node in app.get("bidi_component") if f"-{key}" in node.proto.id]
    assert found, f"no gallery {key}"
    return json.loads(found[0].proto.json)


def select(app, gallery, *ids, epoch=0):
    """Select pictures, as a browser would say it."""
    app.session_state[gallery] = {"selection": {"epoch": epoch, "ids": list(ids)}}
    app.run()
