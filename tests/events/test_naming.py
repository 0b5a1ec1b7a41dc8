import numpy as np

from core.clustering.types import Clustering, Measured, Setup
from core.events.naming import words
from core.jobs import Monitor
from tests.support.rows import fill, unit


def test_labels_say_what_is_seen_where_there_are_some(shop):
    ids = fill(shop, unit(7))
    shop.set_label(ids[:4], "mugs")
    space = shop.space()
    made = Clustering(
        "",
        Setup("events", None, "none", 0, space.encoder, space.fingerprint, 7, 7),
        Measured(0.0),
        np.array(ids),
        np.array([0, 0, 0, 0, 1, 1, -1], np.int32),
        np.ones(7, np.float32),
    )
    said = words(shop, made, Monitor())
    assert said[0] == ("mugs",)
    assert 1 not in said  # two pictures say too little
