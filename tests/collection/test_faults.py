"""Making, exporting and deleting meet a kill, and a full disk, at every call that changes a file."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "support" / "fault_process.py"


def test_whole_or_not_at_all_and_nothing_left_behind(tmp_path):
    ended = subprocess.run(
        [sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, timeout=250, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert json.loads(ended.stdout) == []
