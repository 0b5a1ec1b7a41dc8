"""The fingerprint of each space against the installed model: do new vectors compare with stored ones?"""

from ...collection.collection import Collection
from ...collection.storage.space_types import Space
from ...errors import CollectionError, EncoderError
from ...jobs import Monitor
from .types import CheckResult


def _named_spaces(collection: Collection) -> list[Space]:
    """The spaces that an encoder's name stands for now; earlier versions of an encoder are left aside."""
    return [space for space in collection.spaces() if collection.space(space.encoder) == space]


def _other_version(collection: Collection, space: Space) -> str:
    """Why the encoder that is installed does not fit a space; empty where it does.

    Raises:
        EncoderError: it is not on this machine.
    """
    try:
        collection.encoder(space.encoder)
    except CollectionError as error:
        return str(error)
    return ""


def check(collection: Collection, monitor: Monitor) -> CheckResult:
    """Load the encoder of every space and compare fingerprints."""
    monitor.say("Checking the encoders")
    spaces = _named_spaces(collection)
    changed, absent = [], []
    for space in spaces:
        monitor.check()
        try:
            why = _other_version(collection, space)
        except EncoderError as error:
            absent.append(f"{space.encoder}: {error}")
        else:
            changed += [why] if why else []
    if changed:
        return CheckResult(
            "encoder",
            len(spaces),
            len(changed) + len(absent),
            "The installed encoder is not the version that made the stored vectors; they do not compare.",
            "Embed the pictures again with the installed version.",
            tuple(changed + absent),
            repairable=True,
        )
    if absent:
        return CheckResult(
            "encoder",
            len(spaces),
            len(absent),
            f"{len(absent):,} of {len(spaces):,} encoders of this collection cannot be used on this machine.",
            "Install the encoder as described, or use another one of the collection's.",
            tuple(absent),
            severity="warning",
        )
    what = "The encoder fits" if len(spaces) == 1 else f"All {len(spaces):,} encoders fit"
    return CheckResult("encoder", len(spaces), 0, f"{what} the stored vectors.")


def repair(collection: Collection, monitor: Monitor) -> str:
    """Embed every picture again where another version of the encoder is installed.

    Raises:
        CollectionError: pictures are being added to the collection.
        EncoderError: the encoder cannot be used here.
        Cancelled: the monitor was asked to stop; what was embedded stays.
    """
    told = []
    for space in _named_spaces(collection):
        try:
            changed = _other_version(collection, space)
        except EncoderError:
            continue
        if changed:
            report = collection.add_space(space.encoder, monitor)
            told.append(f"{report.added:,} pictures were embedded again with {space.encoder}.")
    return " ".join(told) or "The encoders fit; there was nothing to do."
