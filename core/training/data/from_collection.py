"""What a training run learns from, read from a collection."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from ...collection.collection import Collection
from ...collection.types import Picture
from ...errors import CollectionError, ImageError, TrainingError
from ...images.decoding.decode import load_image
from ...jobs import Monitor
from ..settings import Signal
from .copies_signal import CopySource, embed_copies
from .copy_cache import CopyCache
from .dataset import JudgedPair, TrainingDataset
from .splits import make_split

FEWEST = 8
"""Images below which nothing is trained or measured."""
_JUDGED_BY_COPIES = 300
"""Images of the test split, and of the validation split, that altered copies are made of where copies only
judge: the interval is then about ±0.05."""
_TAUGHT_BY_COPIES = 3000
_KEPT_BY_COPIES = 900
"""Training images that copies are made of where labels teach: enough for
`core.training.fitting.copy_term`, and half a minute on two cores."""
_ENOUGH_OF_A_LABEL = 4
_ENOUGH_CAPTIONS = 50
_ENOUGH_VERDICTS = 20


def read_dataset(collection: Collection, copies: Iterable[Sequence[int]] = ()) -> TrainingDataset:
    """The images outside the trash under the collection's encoder, and everything known about them.

    The embeddings are those of the encoder without an adapter, whatever space is current. Nothing read here
    changes when the collection does.

    Args:
        collection: whose.
        copies: ids of pictures that show the same, group by group: they are kept in one part of the split.

    Raises:
        TrainingError: there are fewer than eight pictures.
    """
    base = collection.base_encoder_name
    rows, pictures = collection.vectors(encoder=base), {p.id: p for p in _pictures(collection)}
    shown = np.flatnonzero(np.isin(rows.ids, np.array(list(pictures), np.int64)))
    space = collection.space(base)
    if space is None or len(shown) < FEWEST:
        raise TrainingError(
            f"“{collection.name}” holds {len(shown)} pictures; training needs {FEWEST} at the very least, "
            "and some hundreds to be worth it. Add pictures first."
        )
    ids = rows.ids[shown]
    row_of = {picture_id: row for row, picture_id in enumerate(ids.tolist())}
    listed = [pictures[i] for i in row_of]
    encoder = collection.encoder(base)
    return TrainingDataset(
        ids,
        np.array(rows.vectors[shown], np.float32),
        space.fingerprint,
        tuple(picture.label for picture in listed),
        tuple(picture.caption for picture in listed),
        _groups(row_of, copies),
        tuple(_verdicts(collection, listed)),
        encode_texts=encoder.encode_texts if encoder.has_text else None,
    )


def with_copies(
    dataset: TrainingDataset, collection: Collection, signals: Sequence[Signal], seed: int, monitor: Monitor
) -> TrainingDataset:
    """The dataset with altered copies: of test images to judge by, of training images to learn from.

    Pictures whose original is gone are passed over. Copies are embedded once per picture and encoder, and are
    kept beside the collection.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    split, rng = make_split(dataset, seed), np.random.default_rng(seed)
    monitor.say("Making altered copies of pictures")
    rows = rng.permutation(split.test)[:_JUDGED_BY_COPIES]
    if "labels" in signals:
        rows = np.union1d(rows, rng.permutation(split.train)[:_KEPT_BY_COPIES])
        rows = np.union1d(rows, rng.permutation(split.validation)[:_JUDGED_BY_COPIES])
    if "copies" in signals:
        rows = np.union1d(rows, rng.permutation(len(dataset.ids))[:_TAUGHT_BY_COPIES])
    pictures = {picture.id: picture for picture in collection.get_many(dataset.ids.tolist())}
    encoder = collection.encoder(collection.base_encoder_name)
    store = CopyCache(collection, encoder.fingerprint)
    store.clean({p.sha256 for p in collection.get_many(collection.ids() + collection.removed_ids())})
    listed = [(row, pictures.get(int(dataset.ids[row]))) for row in np.sort(rows).tolist()]
    sources = [_copy_source(collection, row, picture) for row, picture in listed if picture is not None]
    made = embed_copies(sources, encoder, monitor.subtask(), store=store)
    return replace(dataset, copies=made if len(made.source) else None)


def _copy_source(collection: Collection, row: int, picture: Picture) -> CopySource:
    def open_image() -> Image.Image:
        try:
            return load_image(collection.original(picture.id), min_side=512).image
        except CollectionError as error:
            raise ImageError(str(error)) from error

    # By content, not by the seed of the run, so that every run of a collection learns from the same copies.
    return CopySource(row, (int(picture.sha256[:16], 16),), open_image, picture.sha256)


def sensible_signals(collection: Collection) -> tuple[Signal, ...]:
    """What to learn from where nothing was chosen: labels, else captions, else verdicts, else copies."""
    if sum(count >= _ENOUGH_OF_A_LABEL for label, count in collection.labels() if label) >= 2:
        return ("labels",)
    words = collection.encoder(collection.base_encoder_name).has_text
    if words and sum(bool(picture.caption) for picture in _pictures(collection)) >= _ENOUGH_CAPTIONS:
        return ("captions",)
    if sum(pair.verdict == "duplicate" for pair in collection.verdicts()) >= _ENOUGH_VERDICTS:
        return ("verdicts",)
    return ("copies",)


def _pictures(collection: Collection) -> list[Picture]:
    return collection.get_many(collection.ids())


def _groups(row_of: dict[int, int], copies: Iterable[Sequence[int]]) -> np.ndarray:
    groups = np.arange(len(row_of))
    for group in copies:
        rows = [row_of[i] for i in group if i in row_of]
        if rows:
            groups[rows] = min(rows)
    return groups


def _verdicts(collection: Collection, pictures: Sequence[Picture]) -> list[JudgedPair]:
    row_of = {picture.sha256: row for row, picture in enumerate(pictures)}
    return [
        JudgedPair(row_of[one.a_sha256], row_of[one.b_sha256], one.verdict)
        for one in collection.verdicts()
        if one.a_sha256 in row_of and one.b_sha256 in row_of
    ]
