import os
import shutil
import socket

import numpy as np
import pytest
from PIL import Image

from core.embedding import hf_files
from core.embedding.base import Encoder
from core.embedding.registry import load_encoder
from core.errors import EncoderError
from tests.support.models import edit_json

KINDS = ("clip", "siglip", "siglip2", "dinov2", "vit", "resnet")
TEXTS = ["a photo of a red dress", "dog", "two dog on the blue hat", "words nobody knows"]


@pytest.fixture(scope="module")
def encoders(hub_folders):
    return {kind: load_encoder(str(folder)) for kind, folder in hub_folders.items()}


def reference(kind, folder, pictures):
    """What transformers itself says, without our code."""
    import torch
    import transformers as t

    processor = t.AutoImageProcessor.from_pretrained(folder, backend="pil")
    rows = []
    with torch.no_grad():
        model = t.AutoModel.from_pretrained(folder).eval()
        for picture in pictures:
            inputs = processor(images=picture, return_tensors="pt")
            if kind in {"clip", "siglip", "siglip2"}:
                row = model.get_image_features(**inputs).pooler_output
            elif kind == "resnet":
                row = model(**inputs).pooler_output.flatten(1)
            else:
                row = model(**inputs).last_hidden_state[:, 0]
            rows.append(torch.nn.functional.normalize(row, dim=1).numpy()[0])
    return np.stack(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_get_what_transformers_gives(kind, encoders, hub_folders, pictures):
    encoder = encoders[kind]
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode_images(pictures)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(pictures), encoder.dim)
    assert vectors == pytest.approx(reference(kind, hub_folders[kind], pictures), abs=1e-4)
    assert encoder.encode_images(pictures[:1]) == pytest.approx(vectors[:1], abs=1e-5)


@pytest.mark.parametrize("kind", ["clip", "siglip", "siglip2"])
def test_texts_get_what_transformers_gives(kind, encoders, hub_folders):
    import torch
    import transformers as t

    folder, encoder = hub_folders[kind], encoders[kind]
    tokenizer = t.AutoTokenizer.from_pretrained(folder)
    model = t.AutoModel.from_pretrained(folder).eval()
    vectors = encoder.encode_texts(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    length = {"padding": True} if kind == "clip" else {"padding": "max_length", "max_length": 12}
    for text, vector in zip(TEXTS, vectors, strict=True):
        inputs = tokenizer([text], truncation=True, return_tensors="pt", **length)
        with torch.no_grad():
            row = torch.nn.functional.normalize(model.get_text_features(**inputs).pooler_output, dim=1)
        assert vector == pytest.approx(row.numpy()[0], abs=1e-4)


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_long_and_empty_texts(kind, encoders):
    vectors = encoders[kind].encode_texts(["dog " * 500, ""])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_most_of_them_run_in_onnx(encoders):
    backends = {kind: encoder._network.backend for kind, encoder in encoders.items()}
    # The patch variant of SigLIP 2 scales its positions to each picture's shape, which ONNX cannot express.
    slow = {kind for kind, backend in backends.items() if backend == "torch-cpu"}
    assert slow <= {"siglip2"}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_nothing_out(kind, encoders):
    encoder = encoders[kind]
    assert encoder.encode_images([]).shape == (0, encoder.dim)
    assert encoder.explain_text("dog") == []
    assert encoder.explain_images(np.zeros((2, encoder.dim), np.float32)) == [[], []]
    assert encoder.encode_images([Image.new("RGB", (9, 300))]).shape == (1, encoder.dim)


@pytest.mark.parametrize("kind", ["dinov2", "vit", "resnet"])
def test_models_without_words_say_so(kind, encoders):
    assert not encoders[kind].has_text
    with pytest.raises(EncoderError, match="pictures only"):
        encoders[kind].encode_texts(["dog"])


def test_how_much_picture_they_want(encoders):
    wanted = {kind: encoder.min_side for kind, encoder in encoders.items()}
    assert wanted == {"clip": 32, "siglip": 32, "siglip2": 32, "dinov2": 36, "vit": 32, "resnet": 37}


@pytest.fixture
def copy(hub_folders, tmp_path):
    return lambda kind: shutil.copytree(hub_folders[kind], tmp_path / kind)


def test_a_copy_has_the_same_fingerprint_and_other_preprocessing_has_not(copy, encoders):
    folder = copy("dinov2")
    before = hf_files.fingerprint(folder, "x")
    assert load_encoder(str(folder)).fingerprint == encoders["dinov2"].fingerprint
    edit_json(folder / "preprocessor_config.json", image_mean=[0.1, 0.2, 0.3])
    assert hf_files.fingerprint(folder, "x") != before
    assert hf_files.fingerprint(folder, "y") != hf_files.fingerprint(folder, "x")


def test_pickled_weights_are_refused(copy):
    folder = copy("vit")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(EncoderError, match="only pickled weights"):
        load_encoder(str(folder))


@pytest.mark.parametrize("missing", ["config.json", "preprocessor_config.json", "model.safetensors"])
def test_a_missing_file_is_named(copy, missing):
    folder = copy("resnet")
    (folder / missing).unlink()
    with pytest.raises(EncoderError, match=missing.replace(".", r"\.")):
        load_encoder(str(folder))


def test_broken_json_is_named(copy):
    folder = copy("resnet")
    (folder / "config.json").write_text("{")
    with pytest.raises(EncoderError, match="cannot be read as JSON"):
        load_encoder(str(folder))
    (folder / "config.json").write_text("[]")
    with pytest.raises(EncoderError, match="does not hold a JSON object"):
        load_encoder(str(folder))


def test_another_kind_of_model_is_refused(copy):
    folder = copy("resnet")
    edit_json(folder / "config.json", model_type="gpt2")
    with pytest.raises(EncoderError, match="of type 'gpt2'; supported are"):
        load_encoder(str(folder))


def test_broken_weights_are_refused(copy):
    folder = copy("resnet")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(folder))


def test_incomplete_weights_are_refused_not_made_up(copy):
    from safetensors.numpy import load_file, save_file

    folder = copy("dinov2")
    weights = load_file(folder / "model.safetensors")
    del weights["layernorm.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EncoderError, match=r"lacks 1 of its weights, such as layernorm\.weight"):
        load_encoder(str(folder))


def test_a_repository_s_own_code_is_never_run(copy, tmp_path):
    folder = copy("resnet")
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Model: pass\n")
    edit_json(folder / "config.json", auto_map={"AutoModel": "evil.Model", "AutoConfig": "evil.Model"})
    load_encoder(str(folder))
    assert not (tmp_path / "ran").exists()


@pytest.fixture
def nothing_downloaded(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for name in [name for name in os.environ if name.lower() in {"https_proxy", "all_proxy"}]:
        monkeypatch.delenv(name)


def test_offline_says_what_to_download(monkeypatch, nothing_downloaded):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(
        EncoderError, match="hf download openai/clip-vit-base-patch32 --local-dir models/clip"
    ):
        load_encoder("openai/clip-vit-base-patch32")


def test_an_unreachable_hub_is_given_up_on(monkeypatch, nothing_downloaded):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)

    def refuse(*args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(EncoderError, match="the hub cannot be reached"):
        load_encoder("openai/clip-vit-base-patch32")


def test_a_failed_download_is_a_sentence(monkeypatch, nothing_downloaded):
    import huggingface_hub

    def fail(*args, **kwargs):
        raise ValueError("404")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(hf_files, "_reachable", lambda endpoint: True)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    with pytest.raises(EncoderError, match="Is the name right"):
        load_encoder("openai/no-such-model")


def test_a_downloaded_model_needs_no_network(monkeypatch, nothing_downloaded, hub_folders, tmp_path):
    repository = tmp_path / "hub" / "models--someone--tiny-clip"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    shutil.copytree(hub_folders["clip"], repository / "snapshots" / "abc")
    monkeypatch.setattr(hf_files, "_download", lambda name: pytest.fail("asked the network"))
    assert load_encoder("someone/tiny-clip").encode_texts(["dog"]).shape == (1, 24)
