"""Kill the process, with the signal that nobody can catch, at random moments of an ingest."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

from core.collection.workspace import Workspace
from tests.support.pictures import write_folder
from tests.support.tiny import TinyEncoder, register
from tests.support.whole import check_whole

KILLS = 30
PICTURES = 300
SCRIPT = Path(__file__).parents[1] / "support" / "ingest_process.py"


def run_and_kill(workspace, folder, until, delay):
    """Kill it `delay` seconds after it is past `until` pictures; returns whether it was done before that."""
    process = subprocess.Popen(
        [sys.executable, SCRIPT, workspace.path, folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    heard = ""
    while until is not None and heard != "finished" and not (heard.isdigit() and int(heard) > until):
        heard = process.stdout.readline().strip()
    time.sleep(delay)
    process.kill()
    rest = process.stdout.read()
    process.wait()
    return "finished" in heard + rest


def test_kill_9_at_thirty_random_moments(tmp_path):
    register(TinyEncoder())
    folder = write_folder(tmp_path / "photos", PICTURES)
    moments = random.Random(20240229)
    kills = rounds = caught_half_way = 0
    while kills < KILLS:
        rounds += 1
        workspace = Workspace(tmp_path / f"workspace-{rounds}")
        shop = workspace.create("shop", encoder="tiny")
        before, finished = 0, False
        while not finished and kills < KILLS:
            # Sometimes at once, sometimes after the next commit: each start gets a little further.
            until = moments.choice((None, before, before))
            finished = run_and_kill(workspace, folder, until, moments.uniform(0, 0.06))
            if finished:
                break
            kills += 1
            pictures = check_whole(shop)
            assert len(pictures) >= before  # nothing that was committed is lost
            caught_half_way += before < len(pictures) < PICTURES
            before = len(pictures)
        if shop.unfinished():
            shop.resume()
        else:
            shop.add_folder(folder, keep=True)
        pictures = check_whole(shop)
        assert len(pictures) == PICTURES
        assert shop.unfinished() == []
    # The moments must have fallen into the work, or the test has shown nothing.
    assert caught_half_way >= KILLS // 3
    sample = moments.sample(pictures, 20)
    assert all(hashlib.sha256(shop.original(p.id)).hexdigest() == p.sha256 for p in sample)


def test_what_the_process_said_it_had_committed_is_there(tmp_path):
    register(TinyEncoder())
    folder = write_folder(tmp_path / "photos", PICTURES)
    workspace = Workspace(tmp_path / "workspace")
    shop = workspace.create("shop", encoder="tiny")
    process = subprocess.Popen(
        [sys.executable, SCRIPT, workspace.path, folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    process.stdout.readline()
    said = int(process.stdout.readline())
    process.kill()
    process.wait()
    assert shop.count() >= said > 0
    check_whole(shop)
