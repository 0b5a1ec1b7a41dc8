import numpy as np

from core.clustering.naming.vocabulary import nouns, vocabulary


def test_every_noun_once_and_short():
    found = nouns()
    assert len({noun.one.casefold() for noun in found}) == len(found) > 1000
    assert {"dress", "mug", "jeans"} <= {noun.one for noun in found}
    assert all(len(noun.one.split()) <= 4 and noun.many for noun in found)


def test_encoded_once(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path))
    first = vocabulary(tiny)
    assert first.vectors.shape == (len(nouns()), tiny.dim)
    assert first.colour_vectors.shape == (11, tiny.dim)

    def refuse(texts):
        raise AssertionError("encoded twice")

    monkeypatch.setattr(tiny, "encode_texts", refuse)
    assert np.array_equal(vocabulary(tiny).vectors, first.vectors)
