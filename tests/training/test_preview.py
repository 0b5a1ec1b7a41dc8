import numpy as np
import pytest

from core import Query, SearchEngine
from core.errors import TrainingError
from core.training.preview import preview
from tests.support.adapters import adapter_for
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder


@pytest.mark.parametrize("kind", ["linear", "mlp"])
@pytest.mark.parametrize("alpha", [0.4, 1.0])
def test_both_sides_are_ranked_as_their_spaces_rank(shop, kind, alpha):
    """With fewer pictures than candidates the preview is exact, so that it can be computed by hand."""
    vectors = unit(60)
    ids = fill(shop, vectors)
    adapter = adapter_for(TinyEncoder(), kind=kind, alpha=alpha, size=2.0)
    found = preview(SearchEngine(shop, "tiny"), Query(like=(ids[0],)), adapter, 5)
    for side, space in ((found.before, vectors), (found.after, adapter.apply(vectors))):
        scores = space @ space[0]
        order = [i for i in np.argsort(-scores) if i != 0][:5]
        assert [hit.picture.id for hit in side] == [ids[i] for i in order]
        np.testing.assert_allclose([hit.score for hit in side], scores[order], atol=1e-5)
    ranks = {hit.picture.id: rank for rank, hit in enumerate(found.after, 1)}
    assert [hit.other_rank for hit in found.before] == [ranks.get(hit.picture.id) for hit in found.before]
    assert shop.spaces()[-1].encoder == "tiny"  # nothing was made


def test_a_linear_adapter_is_tried_by_changing_the_query_alone(shop, monkeypatch):
    ids = fill(shop, unit(3000))
    adapter = adapter_for(TinyEncoder(), alpha=0.5)
    found = preview(SearchEngine(shop, "tiny"), Query(like=(ids[7],)), adapter, 10)
    space = adapter.apply(unit(3000))
    truth = [ids[i] for i in np.argsort(-(space @ space[7])) if i != 7][:10]
    assert len({hit.picture.id for hit in found.after} & set(truth)) >= 9
    assert "changing the query alone" in found.sentence


def test_pictures_in_the_trash_are_not_shown_and_other_encoders_are_refused(shop):
    ids = fill(shop, unit(30))
    shop.remove(ids[5:])
    adapter = adapter_for(TinyEncoder())
    found = preview(SearchEngine(shop), Query(text="red"), adapter)
    assert {hit.picture.id for hit in found.after} == set(ids[:5])
    with pytest.raises(TrainingError, match="another encoder"):
        preview(SearchEngine(shop), Query(text="red"), adapter_for(TinyEncoder(version="2")))
