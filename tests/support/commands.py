"""Fixtures that run the command line in this process."""

import json

import pytest
from typer.testing import CliRunner

from core.cli import app


@pytest.fixture
def run(tmp_path, monkeypatch, tiny):
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))

    def go(*args):
        return CliRunner().invoke(app, [str(arg) for arg in args])

    return go


@pytest.fixture
def answer(run):
    """The JSON object that a command prints."""

    def go(*args):
        result = run(*args, "--json")
        assert result.exit_code == 0, (result.output, result.exception)
        assert result.stdout.count("\n") == 1
        return json.loads(result.stdout)

    return go
