from functools import partial

import numpy as np
import pytest
from PIL import Image

from core.errors import ImageError
from core.jobs import Cancelled, Monitor
from core.training.data.copies_signal import EDITS, CopySource, altered, embed_copies


class MeanColour:
    """An encoder of three numbers: the mean colour, on the sphere."""

    dim = 3

    def prepare(self, image):
        return np.asarray(image.resize((4, 4)), np.float32).transpose(2, 0, 1)

    def encode_prepared(self, batch):
        mean = batch.mean(axis=(2, 3)) + 1
        return (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)


def sources(*rows, opened=None):
    return [CopySource(row, (0, row), partial(opened or picture, row), f"hash {row}") for row in rows]


def picture(row=0, size=(60, 40)):
    values = np.random.default_rng(row).integers(0, 256, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(values)


@pytest.mark.parametrize("name", list(EDITS))
@pytest.mark.parametrize("size", [(60, 40), (1, 1), (3, 200)])
def test_every_edit_gives_an_rgb_image_of_any_size(name, size):
    for seed in range(3):
        out = EDITS[name](picture(size=size), np.random.default_rng(seed))
        assert out.mode == "RGB" and min(out.size) >= 1


def test_a_copy_names_its_edits_in_the_order_in_which_they_were_made():
    order = list(EDITS)
    for seed in range(20):
        copy, kind = altered(picture(), np.random.default_rng(seed))
        names = kind.split("+")
        assert 1 <= len(names) <= 3 and names == sorted(names, key=order.index)
        assert copy.mode == "RGB"


def test_copies_are_embedded_in_order_and_unreadable_images_left_out():
    def open_image(row):
        if row == 1:
            raise ImageError("not a picture")
        return picture(row)

    monitor = Monitor()
    copies = embed_copies(sources(0, 1, 2, opened=open_image), MeanColour(), monitor)
    assert copies.source.tolist() == [0, 0, 2, 2]
    assert copies.embeddings.shape == (4, 3) and len(copies.kinds) == 4
    assert monitor.snapshot().fraction == 1.0
    again = embed_copies(sources(2, 0, opened=open_image), MeanColour(), Monitor())
    np.testing.assert_array_equal(again.embeddings[:2], copies.embeddings[2:])
    assert embed_copies(sources(1, opened=open_image), MeanColour(), Monitor()).embeddings.shape == (0, 3)


def test_it_can_be_cancelled():
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        embed_copies(sources(0), MeanColour(), monitor)


def test_what_is_stored_is_not_made_again():
    class Store(dict):
        read = dict.get
        write = dict.__setitem__

    store, opened = Store(), []

    def open_image(row):
        opened.append(row)
        return picture(row)

    first = embed_copies(sources(0, 1, opened=open_image), MeanColour(), Monitor(), store=store)
    again = embed_copies(sources(0, 1, 2, opened=open_image), MeanColour(), Monitor(), store=store)
    assert opened == [0, 1, 2]
    np.testing.assert_array_equal(again.embeddings[:4], first.embeddings)
    assert again.kinds[:4] == first.kinds and again.source.tolist() == [0, 0, 1, 1, 2, 2]
