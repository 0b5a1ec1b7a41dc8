"""From a collection's encoder to one whose last blocks were trained on its labels."""

import numpy as np
import pytest
import torch
from PIL import Image

from core import Workspace
from core.embedding.hf_encoder import HubEncoder
from core.embedding.registry import load_encoder
from core.errors import TrainingError
from core.jobs import Cancelled, Monitor
from core.training.fitting.finetune_encoder import finetune_encoder
from core.training.settings import TrainingSettings
from tests.support import models

SETTINGS = TrainingSettings(epochs=4, batch_size=16, learning_rate=1e-3)


def stripes(label, rng):
    """Noise with stripes that run across or down."""
    pixels = rng.integers(0, 160, (40, 40, 3))
    bright = np.arange(40) // 5 % 2 * 90
    pixels += bright[:, None, None] if label == "across" else bright[None, :, None]
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    return {kind: models.save(kind, root / kind) for kind in ("clip", "vit", "resnet")}


@pytest.fixture
def shop(tmp_path, folders):
    rng = np.random.default_rng(0)
    for label in ("across", "down"):
        for number in range(20):
            file = tmp_path / "pictures" / label / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            stripes(label, rng).save(file)
    collection = Workspace(tmp_path / "home").create("shop", encoder=str(folders["vit"]))
    collection.add_folder(tmp_path / "pictures", labels="folder")
    return collection


@pytest.mark.parametrize(("kind", "count"), [("clip", 2), ("vit", 2), ("resnet", 4)])
def test_the_blocks_are_those_of_the_picture_network_and_a_saved_model_embeds_alike(
    folders, kind, count, tmp_path
):
    encoder = HubEncoder(str(folders[kind]))
    trainable = encoder.trainable()
    blocks = trainable.blocks()
    assert len(blocks) == count
    with torch.no_grad():
        for value in blocks[-1].parameters():
            value.add_(0.05)
        prepared = torch.from_numpy(np.stack([encoder.prepare(stripes("down", np.random.default_rng(0)))]))
        expected = torch.nn.functional.normalize(trainable.network(prepared)).numpy()
    trainable.save(tmp_path / "saved")
    saved = HubEncoder(str(tmp_path / "saved"))
    np.testing.assert_allclose(saved.encode_prepared(prepared.numpy()), expected, atol=1e-3)
    assert np.abs(encoder.encode_prepared(prepared.numpy()) - expected).max() > 0.01
    if kind == "clip":  # words stay as they were
        np.testing.assert_allclose(saved.encode_texts(["red"]), encoder.encode_texts(["red"]), atol=1e-5)


def test_the_last_block_is_trained_judged_and_embeds_a_space_of_its_own(shop, tmp_path):
    before = shop.vectors().vectors.copy()
    found = finetune_encoder(shop, 1, SETTINGS, tmp_path / "encoders")
    assert found.losses[-1] < found.losses[0]
    assert found.gate.metric == "P@5" and found.gate.queries == 8
    assert found.gate.after >= found.gate.before
    assert [path.name for path in (tmp_path / "encoders").iterdir()] == [found.name.rsplit("/", 1)[-1]]
    assert load_encoder(found.name).fingerprint != load_encoder(shop.encoder_name).fingerprint
    assert shop.add_space(found.name).added == 40
    np.testing.assert_array_equal(shop.vectors().vectors, before)
    again = finetune_encoder(shop, 1, SETTINGS, tmp_path / "encoders")
    assert again.name == found.name


def test_a_cancelled_run_saves_nothing(shop, tmp_path):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        finetune_encoder(shop, 1, SETTINGS, tmp_path / "encoders", monitor=monitor)
    assert not list(tmp_path.glob("encoders/*"))


def test_what_cannot_be_trained_is_explained(tmp_path, tiny, shop):
    with pytest.raises(TrainingError, match="2 blocks"):
        finetune_encoder(shop, 3, SETTINGS, tmp_path / "encoders")
    other = Workspace(tmp_path / "home").create("other", encoder="tiny")
    with pytest.raises(TrainingError, match="train an adapter"):
        finetune_encoder(other, 1, SETTINGS, tmp_path / "encoders")
