import numpy as np
import pytest
from PIL import Image

from core.embedding.adapted_encoder import AdaptedEncoder, adapted_name, split_name
from core.embedding.base import Encoder
from core.errors import EncoderError
from tests.support.adapters import adapter_for
from tests.support.tiny import TinyEncoder


def test_pictures_and_words_go_through_the_same_map():
    tiny = TinyEncoder()
    adapter = adapter_for(tiny)
    adapted = AdaptedEncoder(tiny, adapter, "tiny+adapter-1")
    assert isinstance(adapted, Encoder)
    red = Image.new("RGB", (20, 20), (220, 30, 30))
    np.testing.assert_array_equal(adapted.encode_images([red]), adapter.apply(tiny.encode_images([red])))
    np.testing.assert_allclose(adapted.encode_texts(["red"]), adapted.encode_images([red]), atol=1e-6)
    prepared = adapted.prepare(red)[None]
    np.testing.assert_allclose(adapted.encode_prepared(prepared), adapted.encode_images([red]), atol=1e-6)
    assert adapted.encode_images([]).shape == (0, adapted.dim)
    assert adapted.dim == 2 * tiny.dim


def test_the_fingerprint_changes_with_the_base_the_weights_and_the_share():
    tiny, newer = TinyEncoder(), TinyEncoder(version="2")
    adapters = [
        (tiny, adapter_for(tiny)),
        (tiny, adapter_for(tiny, seed=1)),
        (tiny, adapter_for(tiny, alpha=0.25)),
        (newer, adapter_for(newer)),
    ]
    fingerprints = [AdaptedEncoder(base, adapter, "x").fingerprint for base, adapter in adapters]
    assert len({*fingerprints, tiny.fingerprint, newer.fingerprint}) == 6
    assert AdaptedEncoder(tiny, adapter_for(tiny), "y").fingerprint == fingerprints[0]


def test_an_adapter_of_another_encoder_is_refused():
    with pytest.raises(EncoderError, match="trained on another encoder"):
        AdaptedEncoder(TinyEncoder(version="2"), adapter_for(TinyEncoder()), "x")


@pytest.mark.parametrize("base", ["tiny", "openai/clip-vit-base-patch32", "/models/odd+adapter-x"])
def test_a_name_is_taken_apart_again(base):
    assert split_name(adapted_name(base, 12)) == (base, 12)
    assert split_name(base) == (base, None)
