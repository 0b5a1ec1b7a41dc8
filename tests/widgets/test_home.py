from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.overview import Glance, Measured
from widgets.home.wording import (
    ago,
    attention_lines,
    duplicates_line,
    encoder_line,
    evaluation_line,
    folder_line,
    size_line,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def glance(**parts):
    return Glance("shop", Path("/home/shop"), 308, "efficientnet-lite0", NOW, **parts)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-500, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7200, "2 hours ago"),
        (86400, "1 day ago"),
        (15 * 86400, "2 weeks ago"),
        (100 * 86400, "on 2026-08-20"),
    ],
)
def test_ago(seconds, said):
    assert ago(NOW - timedelta(seconds=seconds), NOW) == said


def test_lines_of_a_card():
    assert size_line(glance(labels=1)).startswith("308 pictures · 1 label · changed ")
    assert encoder_line(glance(index="hnsw")).endswith(" · HNSW index")
    assert encoder_line(glance()).endswith(" · exact search")
    assert folder_line(glance(), None) == "Pictures are kept in the collection"
    assert folder_line(glance(folders=("/a", "/b")), Measured(2_000_000, 0)).endswith("b and 1 more · 2.0 MB")
    assert evaluation_line(glance()) == "Not evaluated yet"
    assert duplicates_line(Measured(0, None)) == "Not searched for near-duplicates yet"
    assert duplicates_line(Measured(0, 1)) == "**1 group** of near-duplicates open"


def test_what_waits_for_the_user():
    assert attention_lines(glance()) == []
    lines = attention_lines(glance(unfinished=("folder <b>x</b>",), lost=2))
    assert len(lines) == 2
    assert "<b>" not in lines[0]
