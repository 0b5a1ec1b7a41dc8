import numpy as np
import pytest
import torch

from core.errors import TrainingError
from core.training.fitting.losses import BatchPairs, choose_pairs, indices_of, make_loss
from core.training.settings import Loss
from tests.training.support import circle

GROUPS = [0, 0, 1, 1, 2]
DEGREES = (0, 20, 30, 45, 100)


def batch():
    embeddings = circle(*DEGREES)
    groups = np.array(GROUPS)
    same = (groups[:, None] == groups[None, :]) & ~np.eye(5, dtype=bool)
    return embeddings, groups, BatchPairs(same, groups[:, None] != groups[None, :])


def chosen(miner, masks=None, margin=0.0):
    embeddings, groups, usual = batch()
    pairs = choose_pairs(
        miner,
        embeddings @ embeddings.T,
        torch.from_numpy(groups),
        torch.from_numpy(embeddings),
        masks or usual,
        margin,
        np.random.default_rng(0),
    )
    return [np.flatnonzero(row).tolist() for row in pairs.negatives]


def test_every_negative_of_the_batch():
    assert chosen("none")[0] == [2, 3, 4]


def test_one_random_negative_per_anchor():
    found = chosen("random")
    assert all(len(row) == 1 for row in found)
    assert GROUPS[found[0][0]] != 0


def test_the_easiest_and_the_hardest_by_hand():
    assert [row[0] for row in chosen("easy")] == [4, 4, 4, 4, 0]
    # Image 1 at 20° is nearer to the image at 30° than to its own partner: that one is not believed.
    assert chosen("hardest")[0] == [2]
    assert chosen("hardest")[1] == []


def test_semi_hard_is_the_nearest_beyond_the_nearest_positive():
    assert chosen("semi-hard")[0] == [2]
    assert chosen("semi-hard")[1] == [3]


def test_a_pair_that_is_not_trusted_is_never_chosen():
    _, _, masks = batch()
    negatives = masks.negatives.copy()
    negatives[0, 2] = False
    for miner in ("none", "random", "easy", "hardest", "semi-hard", "index"):
        assert 2 not in chosen(miner, BatchPairs(masks.positives, negatives))[0]


@pytest.mark.parametrize("name", Loss.__args__)
def test_every_loss_is_finite_and_falls_when_classes_are_apart(name):
    _, groups, masks = batch()
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    loss = make_loss(name, groups=3, dim=2)
    indices = indices_of(name, masks, rng)
    labels = torch.from_numpy(groups)
    mixed = loss(torch.from_numpy(circle(0, 90, 1, 91, 45)), labels, indices).item()
    if name == "proxy-anchor":
        loss.proxies.data = torch.from_numpy(circle(0, 120, 240))
        mixed = loss(torch.from_numpy(circle(120, 240, 0, 0, 0)), labels, indices).item()
    apart = loss(torch.from_numpy(circle(0, 0, 120, 120, 240)), labels, indices).item()
    assert np.isfinite(mixed) and apart < mixed


def test_a_triplet_for_each_positive_pair_with_a_chosen_negative():
    _, groups, masks = batch()
    anchor, positive, negative = (
        side.numpy() for side in indices_of("triplet", masks, np.random.default_rng(0))
    )
    assert sorted(zip(anchor.tolist(), positive.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 3), (3, 2)]
    assert (groups[anchor] != groups[negative]).all()


def test_too_many_proxies_are_explained():
    with pytest.raises(TrainingError, match="supcon"):
        make_loss("proxy-anchor", groups=100_000, dim=2)
