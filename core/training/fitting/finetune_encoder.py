"""Training the last blocks of a collection's encoder, saved as an encoder of its own.

The encoder that comes out has another fingerprint and so a space of its own, which is embedded from the
pictures (`Collection.add_space`); the collection's encoder and space stay as they are.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...collection.collection import Collection
from ...embedding.base import Encoder
from ...embedding.hf_encoder import HubEncoder
from ...errors import CollectionError, ImageError, TrainingError
from ...images.decoding.decode import load_image
from ...jobs import Monitor
from ...private_files import make_private_folder, publish_folder, unfinished_name
from ..data.dataset import FloatArray, IntArray, TrainingDataset
from ..data.from_collection import read_dataset
from ..data.signals import collect_items
from ..data.splits import make_split
from ..gates.gates import judge_values
from ..gates.tasks import Task
from ..results import Gate
from ..settings import TrainingSettings
from .finetune import finetune_last_blocks

FINETUNING = TrainingSettings(epochs=5, batch_size=32, learning_rate=5e-5, pull=0.1)
"""A pretrained transformer unlearns fast: steps are small, and each pulls back towards where it was."""
_MOST_IMAGES = 2000
"""Prepared pictures of 224 × 224 take 0.6 MB each, all of them held in memory."""
_MOST_QUERIES = 500
_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class FinetunedEncoder:
    """An encoder that was trained further.

    Attributes:
        name: its directory, as `load_encoder` takes it.
        losses: the mean of every epoch.
        gate: test pictures against the pictures trained on, before and after; the only comparison made.
    """

    name: str
    losses: tuple[float, ...]
    gate: Gate


@dataclass(frozen=True, eq=False)
class _Prepared:
    """Labelled pictures: their rows in the dataset, and their prepared pixels."""

    rows: IntArray
    pixels: FloatArray


def finetune_encoder(
    collection: Collection,
    blocks: int,
    settings: TrainingSettings,
    home: Path,
    copies: Iterable[Sequence[int]] = (),
    monitor: Monitor | None = None,
) -> FinetunedEncoder:
    """Train the last `blocks` of the collection's encoder on its labels, and save it in a folder of `home`.

    At most 2,000 labelled pictures are trained on and 500 are queried, drawn by the seed.

    Args:
        collection: whose encoder, pictures and labels; nothing of it changes.
        blocks: how many, from the end.
        settings: see `finetune_last_blocks`.
        home: directory for encoders.
        copies: ids of pictures that show the same, group by group: they are kept in one part of the split.
        monitor: may cancel.

    Raises:
        TrainingError: the encoder cannot be trained, there are too few labels or blocks, or no picture could
            be opened.
        Cancelled: the user asked to stop; nothing is saved.
    """
    watched = monitor or Monitor()
    encoder = collection.encoder(collection.base_encoder_name)
    if not isinstance(encoder, HubEncoder):
        raise TrainingError(
            f"The blocks of {encoder.name} cannot be trained: it is no model of transformers, and its words "
            "rest on the last layer as it is. Use a collection with CLIP, SigLIP, DINOv2, ViT or ResNet as "
            "its encoder, or train an adapter, which works over every encoder."
        )
    trainable = encoder.trainable()
    dataset = read_dataset(collection, copies)
    split = make_split(dataset, settings.seed)
    collect_items(dataset, ("labels",), split.train)  # says what is missing where labels are too few
    watched.say("Preparing pictures")
    train = _prepare(collection, encoder, dataset, split.train, _MOST_IMAGES, settings.seed, watched)
    test = _prepare(collection, encoder, dataset, split.test, _MOST_QUERIES, settings.seed, watched)
    labels = np.array([label or "" for label in dataset.labels])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    watched.say(f"Training the last {blocks} blocks")
    result = finetune_last_blocks(
        trainable.network.to(device),
        trainable.blocks(),
        blocks,
        torch.from_numpy(train.pixels),
        np.unique(labels[train.rows], return_inverse=True)[1],
        settings,
        watched.subtask(),
    )
    trainable.network.load_state_dict(result.parameters, strict=False)
    trainable.network.cpu()
    watched.check()
    watched.say("Measuring on the test split")
    make_private_folder(home)
    draft = unfinished_name(home / collection.name, ".new")
    try:
        trainable.save(draft)
        saved = HubEncoder(str(draft))  # as a search will load it
        gate = _judge(dataset, labels, train, test, saved, settings.seed)
        watched.check()
        folder = home / f"{collection.name}-{saved.fingerprint[:8]}"
        if not folder.exists():  # else the same run was made before
            publish_folder(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return FinetunedEncoder(str(folder), result.losses, gate)


def _prepare(
    collection: Collection,
    encoder: Encoder,
    dataset: TrainingDataset,
    rows: IntArray,
    most: int,
    seed: int,
    monitor: Monitor,
) -> _Prepared:
    labelled = np.array([row for row in rows if dataset.labels[row]], np.int64)
    used, pixels = [], []
    for row in np.random.default_rng(seed).permutation(labelled)[:most].tolist():
        monitor.check()
        try:
            data = collection.original(int(dataset.ids[row]))
            pixels.append(encoder.prepare(load_image(data, min_side=encoder.min_side).image))
        except (CollectionError, ImageError):
            continue  # gone since it was added: the others teach
        used.append(row)
    if not used:
        raise TrainingError("None of the labelled pictures could be opened. Put their folder back first.")
    return _Prepared(np.array(used, np.int64), np.stack(pixels))


def _judge(
    dataset: TrainingDataset,
    labels: np.ndarray,
    train: _Prepared,
    test: _Prepared,
    encoder: Encoder,
    seed: int,
) -> Gate:
    """P@5 of test pictures among those trained on, before and after."""
    relevant = labels[test.rows][:, None] == labels[train.rows][None, :]
    asked = np.flatnonzero(relevant.any(axis=1))
    categories = tuple(labels[test.rows[asked]].tolist())
    old = (dataset.embeddings[test.rows[asked]], dataset.embeddings[train.rows])
    new = (_embed(encoder, test.pixels[asked]), _embed(encoder, train.pixels))
    before, after = (
        task.values(task.old_scores())
        for task in (Task("P@5", *vectors, relevant[asked], None, categories) for vectors in (old, new))
    )
    return judge_values("trained classes", "gain", "P@5", categories, before, after, seed)


def _embed(encoder: Encoder, pixels: FloatArray) -> FloatArray:
    parts = [encoder.encode_prepared(pixels[at : at + _AT_ONCE]) for at in range(0, len(pixels), _AT_ONCE)]
    return np.concatenate(parts)
