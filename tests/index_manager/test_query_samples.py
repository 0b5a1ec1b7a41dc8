import numpy as np

from core.index_manager.query_samples import held_out, sentences
from tests.evaluation.conftest import describe
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder


def draw(shop, **changes):
    return held_out(shop, changes.pop("encoder", TinyEncoder()), "tiny", **changes)


def test_a_tenth_of_the_pictures_are_held_out_and_a_third_of_them_choose(full):
    held = draw(full)
    assert len(held.ids) == len(set(held.ids.tolist())) == 250
    image = held.queries["image"]
    assert (len(image.choosing), len(image.certifying)) == (83, 167)
    both = np.concatenate([image.choosing, image.certifying])
    assert np.array_equal(both, full.vectors_of([int(i) for i in held.ids]))


def test_sentences_are_split_too(full):
    text = draw(full).queries["text"]
    assert (len(text.choosing), len(text.certifying)) == (200, 400)


def test_the_seed_decides(full):
    assert np.array_equal(draw(full, seed=3).ids, draw(full, seed=3).ids)
    assert not np.array_equal(draw(full, seed=3).ids, draw(full, seed=4).ids)


def test_what_is_in_the_bin_is_not_asked(full):
    full.remove(full.ids()[:1250])
    held = draw(full)
    assert len(held.ids) == 125
    assert not set(held.ids.tolist()) & set(full.removed_ids())


def test_an_encoder_without_words_is_asked_by_pictures_alone(full):
    assert set(draw(full, encoder=TinyEncoder(has_text=False)).queries) == {"image"}


def test_too_few_pictures_are_no_queries(shop):
    fill(shop, unit(20))
    assert set(draw(shop).queries) == {"text"}


def test_real_sentences_labels_and_captions_come_before_invented_ones(shop):
    ids = fill(shop, unit(20))
    shop.set_label(ids[:3], "gown")
    describe(shop, {ids[0]: "a gown on a hanger "})
    rng = np.random.default_rng(0)
    assert set(sentences(shop, [" blue gown", "blue gown", " "], rng, 3)) == {
        "blue gown",
        "gown",
        "a gown on a hanger",
    }
    many = sentences(shop, [], rng, 100)
    assert len(set(many)) == 100
    assert {"gown", "a gown on a hanger"} < set(many)
