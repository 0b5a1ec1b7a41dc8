"""What README says exists."""

import re
from pathlib import Path

import pytest

from core.cli import app

ROOT = Path(__file__).parents[1]
VERBS = [verb.name for verb in (*app.registered_commands, *app.registered_groups)]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb):
    assert f"`{verb}`" in README


def test_every_command_that_is_shown_exists():
    shown = set(re.findall(r"python -m core ([a-z-]+)", README))
    assert shown <= set(VERBS)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", README))
def test_every_picture_and_link_is_there(link):
    assert link.startswith("https://") or (ROOT / link).is_file()


@pytest.mark.parametrize("script", sorted(set(re.findall(r"benchmarks/\w+\.py", README))))
def test_every_benchmark_that_is_named_is_there(script):
    assert (ROOT / script).is_file()
