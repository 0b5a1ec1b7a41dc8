import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from core.embedding import adapter_file
from core.embedding.adapter_file import from_bytes, read_file, to_bytes
from core.errors import EncoderError
from tests.support.adapters import adapter_for
from tests.support.tiny import TinyEncoder

CARD = {"figures": {"P@5": 0.89}, "notes": ["größer"]}


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_what_is_written_is_read(kind):
    adapter = adapter_for(TinyEncoder(), kind=kind, alpha=0.3)
    data = to_bytes(adapter, CARD)
    read, card = from_bytes(data)
    assert card == CARD
    assert (read.fingerprint, read.alpha, read.kind) == (adapter.fingerprint, 0.3, kind)
    assert to_bytes(read, card) == data


def altered(weights=None, **changed):
    """The bytes of a whole file in which something was changed."""
    data = to_bytes(adapter_for(TinyEncoder()), CARD)
    size = int.from_bytes(data[:8], "little")
    [(entry, text)] = json.loads(data[8 : 8 + size])["__metadata__"].items()
    return save({**load(data), **(weights or {})}, {entry: json.dumps({**json.loads(text), **changed})})


NAN = np.full((48, 48), np.nan, np.float32)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not an adapter"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not an adapter"),
        (pickle.dumps({"residual": 1}), "not an adapter"),
        (save({"residual": np.zeros((2, 2), np.float32)}), "not an adapter"),
        (to_bytes(adapter_for(TinyEncoder()), CARD)[:-100], "damaged"),
        (altered({"residual": NAN}), "not numbers"),
        (altered({"residual": np.zeros((48, 48), np.float32)}), "do not match the fingerprint"),
        (altered({"residual": np.zeros((48, 47), np.float32)}), "do not fit"),
        (altered({"residual": np.zeros((48, 48), np.float64)}), "float32"),
        (altered({"other": np.zeros(3, np.float32)}), "another kind of model"),
        (altered(kind="tree"), "kind of adapter"),
        (altered(alpha="many"), "not complete"),
        (altered(alpha=float("nan")), "between 0 and 1"),
        (altered(alpha=0.9), "do not match the fingerprint"),
        (altered(base_fingerprint="0" * 64), "do not match the fingerprint"),
        (altered(fingerprint=None), "do not match the fingerprint"),
        (altered(format=2), "newer Lookalike"),
        (altered(card=[1]), "not complete"),
        (save({"residual": NAN}, {"lookalike_adapter": "[" * 100_000}), "not an adapter"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(EncoderError, match=sentence):
        from_bytes(data)


WHOLE = to_bytes(adapter_for(TinyEncoder(), kind="mlp"), CARD)


@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_never_gives_other_weights(at, bit):
    damaged = bytearray(WHOLE)
    damaged[at] ^= 1 << bit
    try:
        adapter, _ = from_bytes(bytes(damaged))
    except EncoderError:
        return
    assert adapter.fingerprint == from_bytes(WHOLE)[0].fingerprint  # only the card was touched


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(adapter_file, "MOST_BYTES", 1000)
    (tmp_path / "large").write_bytes(bytes(1001))
    with pytest.raises(EncoderError, match="larger than"):
        read_file(tmp_path / "large")
    with pytest.raises(EncoderError, match="larger than"):
        from_bytes(bytes(1001))
    with pytest.raises(EncoderError, match="cannot be read"):
        read_file(tmp_path / "missing")
