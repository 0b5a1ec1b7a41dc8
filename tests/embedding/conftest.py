"""Encoders and small models, loaded once for all tests of this folder."""

import pytest

from core.embedding.registry import load_encoder
from tests.support import models

KINDS = ("clip", "siglip", "siglip2", "dinov2", "vit", "resnet")


@pytest.fixture(scope="session")
def lite0():
    return load_encoder("efficientnet-lite0")


@pytest.fixture(scope="session")
def pictures():
    return models.pictures(7)


@pytest.fixture(scope="session")
def hub_folders(tmp_path_factory):
    """A directory with a tiny model of each kind. Not to be changed: copy it first."""
    root = tmp_path_factory.mktemp("models")
    return {kind: models.save(kind, root / kind) for kind in KINDS}
