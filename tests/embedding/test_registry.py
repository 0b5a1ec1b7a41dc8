import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.embedding import registry
from core.embedding.registry import DEFAULT_ENCODER, list_encoders, load_encoder
from core.errors import EncoderError

ROOT = Path(__file__).parents[2]


def test_the_second_time_it_is_the_same_one(lite0):
    assert load_encoder() is lite0
    assert load_encoder(DEFAULT_ENCODER) is lite0


@pytest.mark.parametrize("name", ["no-such-encoder", "", "/no/such/directory", "./models/clip", "a b/c"])
def test_an_unknown_name_says_what_there_is(name):
    with pytest.raises(EncoderError, match="Use efficientnet-lite0"):
        load_encoder(name)
    assert name not in registry._loaded


def test_the_list_says_what_is_usable(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    infos = {info.name: info for info in list_encoders()}
    assert infos["efficientnet-lite0"].usable
    assert infos["efficientnet-lite0"].reason == ""
    assert infos["efficientnet-lite0"].dim == load_encoder().dim
    clip = infos["openai/clip-vit-base-patch32"]
    assert not clip.usable
    assert "hf download openai/clip-vit-base-patch32 --local-dir models/clip-vit-base-patch32" in clip.reason


def test_the_list_sees_what_was_downloaded(monkeypatch, tmp_path, hub_folders):
    repository = tmp_path / "models--facebook--dinov2-small"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / "abc").symlink_to(hub_folders["dinov2"])
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    infos = {info.name: info for info in list_encoders()}
    assert infos["facebook/dinov2-small"].usable


def test_warm_starts_import_no_torch(lite0):
    """The exports are in the cache by now: a new process needs neither torch nor transformers."""
    lite0.encode_texts(["warm up"])
    script = """
import json, sys
from PIL import Image
from core.embedding.registry import list_encoders, load_encoder
listed = list_encoders()
encoder = load_encoder()
encoder.encode_images([Image.new("RGB", (300, 300))])
encoder.encode_texts(["a red dress"])
encoder.explain_images(encoder.encode_images([Image.new("RGB", (300, 300))]))
heavy = ("torch", "transformers", "huggingface_hub", "onnx")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
