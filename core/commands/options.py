"""Options that several verbs share."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ..collection import Filter, nfc

Name = Annotated[str, typer.Argument(metavar="COLLECTION", help="Name of the collection.", callback=nfc)]
NewName = Annotated[
    str, typer.Argument(metavar="NEW-NAME", help="A name that no collection has yet.", callback=nfc)
]
PresetOption = Annotated[
    str, typer.Option("--preset", help="Defaults for one kind of collection; see the verb “preset”.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Home = Annotated[
    Path | None,
    typer.Option(
        "--workspace", metavar="DIR", help="Where collections live; else $LOOKALIKE_HOME, else ~/.lookalike."
    ),
]
EncoderName = Annotated[
    str, typer.Option("--encoder", help="Encoder of a new collection; see the verb “encoders”.")
]
LabelOption = Annotated[
    list[str] | None, typer.Option("--label", help="Only pictures of this label; may be repeated.")
]
NameOption = Annotated[str, typer.Option("--name", help="Only pictures whose name contains this.")]
FromOption = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Taken on this day or later.")
]
ToOption = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Taken on this day or earlier.")
]

FavouritesOption = Annotated[bool, typer.Option("--favourites", help="Only pictures with a star.")]


def make_filter(
    labels: list[str] | None,
    name: str,
    taken_from: datetime | None,
    taken_to: datetime | None,
    favourites: bool,
) -> Filter:
    """The filter that the options describe."""
    return Filter(
        tuple(labels or ()),
        name,
        taken_from.date() if taken_from else None,
        taken_to.date() if taken_to else None,
        favourites,
    )
