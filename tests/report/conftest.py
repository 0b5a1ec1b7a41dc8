"""A small shop of drawn pictures in folders by colour, and the report on it."""

import numpy as np
import pytest
from PIL import Image

from core.collection.ingest.paths import additions
from core.collection.workspace import Workspace
from core.report.build import build_report
from core.report.types import Settings
from tests.support.tiny import TinyEncoder, register

COLOURS = {"red": (220, 30, 30), "green": (30, 180, 60), "blue": (40, 60, 220)}


def draw_shop(folder, each=10):
    """Write `each` pictures per colour under `folder`, one copy in half the size, and a file that is none."""
    rng = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        (folder / label).mkdir(parents=True)
        for i in range(each):
            noise = rng.normal(0, 45, (12, 12, 3))
            pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
            Image.fromarray(pixels).resize((96, 96), Image.Resampling.BICUBIC).save(
                folder / label / f"{i}.png"
            )
    Image.open(folder / "red" / "0.png").resize((48, 48)).save(folder / "red" / "small copy.png")
    (folder / "broken.jpg").write_bytes(b"not a picture")
    return folder


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    return draw_shop(tmp_path_factory.mktemp("photos") / "photos")


@pytest.fixture(scope="module")
def reported(tmp_path_factory, photos):
    """The shop after its report, and the report. Not to be changed."""
    register(TinyEncoder())
    shop = Workspace(tmp_path_factory.mktemp("home")).create("shop", "tiny")
    return shop, build_report(shop, additions([photos]), Settings(seed=3))
