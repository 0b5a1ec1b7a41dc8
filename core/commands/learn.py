"""Verbs for getting to know a collection: its preset, the drills, and the common mistakes."""

from functools import partial
from typing import Annotated

import typer

from ..collection import Workspace
from ..errors import QueryError
from .options import Home, Json, Name
from .printing.output import monitored, show


def preset(
    name: Annotated[str | None, typer.Argument(metavar="[COLLECTION]")] = None,
    key: Annotated[
        str | None, typer.Argument(metavar="[PRESET]", help="The preset to set; “none” takes it away.")
    ] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """List the presets, show a collection's, or give it another; its encoder stays."""
    from ..presets import PRESETS, preset_of, set_preset

    if name is None:
        lines = [f"{one.key:10} {one.title}: {one.about}" for one in PRESETS]
        show({"presets": PRESETS}, lines, as_json)
        return
    collection = Workspace(workspace).open(name)
    if key is not None:
        set_preset(collection, "" if key == "none" else key)
    chosen = preset_of(collection)
    if chosen is None:
        show({"collection": name, "preset": None}, [f"“{name}” has no preset."], as_json)
        return
    lines = [
        f"“{name}”: {chosen.title}. {chosen.about}",
        f"  encoder {chosen.encoder}: {chosen.why_encoder}",
        f"  cut-off at alpha {chosen.alpha:g}: {chosen.why_alpha}",
        f"  re-ranker {chosen.reranker or 'none'}: {chosen.why_reranker}",
        *(f"  begin with {start.title}: {start.why}" for start in chosen.starts),
    ]
    show({"collection": name, "preset": chosen}, lines, as_json)


def learn(
    name: Name,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="WHAT",
            help="Run a drill (order, flat) or show a mistake (norms, pools, …) first.",
        ),
    ] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Show how far the ten drills are by what is stored, or show a common mistake on these pictures."""
    from ..drills import COMPARISONS, compare, show_mistake
    from ..drills.checklist import checklist
    from ..drills.mistakes.catalogue import MISTAKES

    collection = Workspace(workspace).open(name)
    lines: list[str] = []
    found: object = None
    if run is not None:
        mistake = next((one for one in MISTAKES if one.key == run), None)
        if mistake is None and run not in COMPARISONS:
            there = ", ".join([*COMPARISONS, *(one.key for one in MISTAKES)])
            raise QueryError(f"There is no drill or mistake “{run}” to run. Choose one of {there}.")
        with monitored(as_json) as watch:
            if mistake is None:
                found = watch(lambda _: compare(collection, run))
            else:
                shown = found = watch(partial(show_mistake, collection, mistake.key))
                lines = [
                    f"{mistake.title}: {shown.measure} {shown.wrong:.3f} with the mistake, "
                    f"{shown.right:.3f} without.",
                    f"  {shown.found}",
                    f"  Cure: {mistake.cure}",
                    "",
                ]
    states = checklist(collection)
    lines += [
        f"{'✓' if state.done else '·'} {number:>2}. {state.drill.title}: {state.found}"
        for number, state in enumerate(states, 1)
    ]
    show({"collection": name, "drills": states, "ran": found}, lines, as_json)
