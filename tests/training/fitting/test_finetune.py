import numpy as np
import pytest
import torch

from core.errors import TrainingError
from core.jobs import Cancelled, Monitor
from core.training.fitting.finetune import finetune_last_blocks
from core.training.settings import TrainingSettings

SETTINGS = TrainingSettings(epochs=5, batch_size=16, learning_rate=0.02, pull=0.01)
GROUPS = np.repeat([0, 1], 12)


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(16, 8),
    )


def blocks(model):
    return [model[0], model[1], model[5]]


def images():
    """Bright above or bright below, under noise."""
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randn(24, 3, 8, 8, generator=generator)
    pictures[:12, :, :4] += 1
    pictures[12:, :, 4:] += 1
    return pictures


def separation(model):
    with torch.no_grad():
        embedded = torch.nn.functional.normalize(model(images())).numpy()
    cosines = embedded @ embedded.T
    same = GROUPS[:, None] == GROUPS[None, :]
    return cosines[same].mean() - cosines[~same].mean()


@pytest.mark.parametrize("loss", ["supcon", "proxy-anchor"])
def test_the_last_block_learns_and_the_network_stays_as_it_was(loss):
    model = network().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    settings = TrainingSettings(loss=loss, epochs=5, batch_size=16, learning_rate=0.02, pull=0.01)
    result = finetune_last_blocks(model, blocks(model), 1, images(), GROUPS, settings, Monitor())
    assert set(result.parameters) == {"5.weight", "5.bias"}
    assert model.training and all(value.requires_grad for value in model.parameters())
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)
    old = separation(model.eval())
    model.load_state_dict(result.parameters, strict=False)
    assert separation(model) > old + 0.04
    assert result.losses[-1] < result.losses[0]


def test_the_same_seed_gives_the_same_parameters():
    first, again = (
        finetune_last_blocks(model, blocks(model), 3, images(), GROUPS, SETTINGS, Monitor())
        for model in (network(), network())
    )
    assert set(first.parameters) == {f"{block}.{name}" for block in (0, 1, 5) for name in ("weight", "bias")}
    for name, value in first.parameters.items():
        torch.testing.assert_close(value, again.parameters[name], rtol=0, atol=0)


def test_a_cancelled_run_leaves_the_network_as_it_was():
    model, monitor = network(), Monitor()
    before = model[5].weight.detach().clone()
    monitor.cancel()
    with pytest.raises(Cancelled):
        finetune_last_blocks(model, blocks(model), 1, images(), GROUPS, SETTINGS, monitor)
    torch.testing.assert_close(model[5].weight, before)


@pytest.mark.parametrize(
    ("groups", "count", "rate", "says"),
    [
        (GROUPS, 4, 0.02, "3 blocks"),
        (GROUPS, 0, 0.02, "not 0"),
        (np.zeros(24, np.int64), 1, 0.02, "two groups"),
        (GROUPS, 1, 1e35, "learning rate"),
    ],
)
def test_what_cannot_be_trained_is_explained(groups, count, rate, says):
    settings, model = TrainingSettings(epochs=5, batch_size=16, learning_rate=rate), network()
    with pytest.raises(TrainingError, match=says):
        finetune_last_blocks(model, blocks(model), count, images(), groups, settings, Monitor())
