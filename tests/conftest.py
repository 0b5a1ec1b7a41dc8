"""Fixtures that several folders of tests share."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from core.collection.workspace import Workspace
from tests.support.commands import answer, run
from tests.support.tiny import TinyEncoder, register

__all__ = ["answer", "run"]

CLOTHING = Path(__file__).parents[2] / "shared" / "data" / "clothing"
CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory, worker_id):
    """A workspace with the collection “sample”, built once for all workers. Not to be changed."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "sample-home"
    with FileLock(f"{home}.lock"):
        if not home.exists():
            making = home.with_name(f"{home.name}.making")
            shutil.rmtree(making, ignore_errors=True)
            Workspace(making).create("sample").add_sample()
            making.rename(home)
    return home


@pytest.fixture
def home(sample_home, tmp_path):
    """A copy of the sample workspace that a test may change."""
    return shutil.copytree(sample_home, tmp_path / "home")


@pytest.fixture(scope="session")
def clothing():
    """The real photos; a missing folder is a skip, except in CI."""
    if not CLOTHING.is_dir():
        if CI:
            pytest.fail(f"CI needs the real photos in {CLOTHING}")
        pytest.skip(f"needs the real photos in {CLOTHING}")
    return CLOTHING


@pytest.fixture
def tiny():
    """The tiny encoder, known to `load_encoder` as “tiny”."""
    return register(TinyEncoder())


@pytest.fixture
def workspace(tmp_path):
    """An empty workspace."""
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def shop(workspace, tiny):
    """An empty collection under the tiny encoder."""
    return workspace.create("shop", encoder="tiny")


@pytest.fixture(scope="module")
def milvus(tmp_path_factory):
    """The real Milvus server on loopback; where its package is missing it is a skip, except in CI."""
    from tests.support import milvus_server

    if not milvus_server.INSTALLED:
        if CI:
            pytest.fail("CI needs the PyPI package milvus")
        pytest.skip("needs the PyPI package milvus, which is built for Linux on x86-64")
    running = milvus_server.MilvusServer(tmp_path_factory.mktemp("milvus"))
    running.start()
    yield running
    running.remove()
