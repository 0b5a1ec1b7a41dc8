"""Any sequence of renames, edits, deletions and additions: nothing is lost, and nothing is shown twice."""

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from core.collection.ingest import pipeline
from core.collection.workspace import Workspace
from core.errors import CollectionError
from tests.support.pictures import jpeg
from tests.support.stopping import Stops
from tests.support.tagged import tagged
from tests.support.tiny import TinyEncoder, register

PATHS = st.sampled_from([f"{folder}/{name}.jpg" for folder in ("dress", "skirt") for name in "xyz"])
PIXELS = st.integers(0, 3)
KEYWORDS = st.sampled_from(["", "beach", "snow"])
WHICH = st.integers(0, 20)


class Album(RuleBasedStateMachine):
    """A folder on disk beside the collection of it, and what a person said of its pictures."""

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="lookalike-model-"))
        register(TinyEncoder())
        self.shop = Workspace(self.root / "home").create("shop", encoder="tiny")
        self.album = self.root / "album"
        self.album.mkdir()
        self.disk: dict[str, tuple[int, str]] = {}  # path: what it shows, and its keyword
        self.labels: dict[int, str] = {}  # given by a person, by picture
        self.trash: set[int] = set()
        self.seed_of: dict[int, int] = {}
        self.clock = count(10**18, 10**9)
        self.words = count()
        self.chunks = mock.patch.object(pipeline, "_CHUNK_PICTURES", 1)
        self.chunks.start()

    def teardown(self):
        self.chunks.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    # ---- what happens on disk

    @initialize(seeds=st.lists(PIXELS, min_size=3, max_size=3))
    def begin(self, seeds):
        for name, seed in zip("xyz", seeds, strict=True):
            self.write(f"dress/{name}.jpg", seed, "")
        self.add()

    @rule(path=PATHS, seed=PIXELS, keyword=KEYWORDS)
    def write(self, path, seed, keyword):
        file = self.album / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(tagged(jpeg(seed), keyword))
        moment = next(self.clock)
        os.utime(file, ns=(moment, moment))
        self.disk[path] = (seed, keyword)

    @precondition(lambda self: self.disk)
    @rule(which=WHICH, keyword=KEYWORDS)
    def write_a_keyword(self, which, keyword):
        path = self.path(which)
        self.write(path, self.disk[path][0], keyword)

    @precondition(lambda self: self.disk)
    @rule(which=WHICH, target_path=PATHS)
    def rename(self, which, target_path):
        path = self.path(which)
        (self.album / target_path).parent.mkdir(exist_ok=True)
        (self.album / path).replace(self.album / target_path)
        self.disk[target_path] = self.disk.pop(path)

    @precondition(lambda self: len(self.disk) > 1)
    @rule(which=WHICH, other=WHICH)
    def swap(self, which, other):
        one, two = self.path(which), self.path(other)
        if one != two:
            (self.album / one).rename(self.album / "aside")
            (self.album / two).rename(self.album / one)
            (self.album / "aside").rename(self.album / two)
            self.disk[one], self.disk[two] = self.disk[two], self.disk[one]

    @precondition(lambda self: self.disk)
    @rule(which=WHICH, target_path=PATHS)
    def copy(self, which, target_path):
        self.write(target_path, *self.disk[self.path(which)])

    @precondition(lambda self: self.disk)
    @rule(which=WHICH)
    def delete(self, which):
        path = self.path(which)
        (self.album / path).unlink()
        del self.disk[path]

    def path(self, which):
        return sorted(self.disk)[which % len(self.disk)]

    # ---- what a person does

    @precondition(lambda self: self.shop.count())
    @rule(which=WHICH)
    def label(self, which):
        picture = self.shown(which)
        self.labels[picture] = f"word {next(self.words)}"
        self.shop.set_label([picture], self.labels[picture])

    @precondition(lambda self: self.shop.count())
    @rule(which=WHICH)
    def throw_away(self, which):
        picture = self.shown(which)
        self.trash.add(picture)
        self.shop.remove([picture])

    @precondition(lambda self: self.trash)
    @rule(which=WHICH)
    def take_back(self, which):
        picture = sorted(self.trash)[which % len(self.trash)]
        self.trash.remove(picture)
        assert self.shop.restore([picture]) == 1

    def shown(self, which):
        ids = self.shop.ids()
        return ids[which % len(ids)]

    # ---- what the program does

    @rule(after=st.integers(1, 3))
    def add_a_part(self, after):
        before = set(self.lost())
        report = self.shop.add_folder(self.album, monitor=Stops(after))
        if report.cancelled:
            assert self.lost() <= before
            self.check_people()
        else:
            self.check()

    @rule(full_check=st.booleans())
    def add(self, full_check=False):
        self.shop.add_folder(self.album, full_check=full_check)
        self.check()
        again = self.shop.add_folder(self.album)
        assert (again.added, again.rewritten, again.lost, again.returned) == (0, 0, 0, 0)

    def lost(self):
        return {one.picture.id for one in self.shop.lost()}

    def check_people(self):
        assert {p.id for p in self.shop.bin()} == self.trash
        for state in self.shop.label_states(list(self.labels)):
            assert (state.label, state.rank) == (self.labels[state.picture_id], 3)

    def check(self):
        self.check_people()
        if not self.disk:
            return  # then the drive may not be connected, and nothing is decided
        shown = self.shop.page(limit=100)
        trashed = [picture for picture in self.shop.bin() if self.has_file(picture.id)]
        paths = [(name, p.id) for p in (*shown, *trashed) for name in p.names if name in self.disk]
        picture_of = dict(paths)
        assert len(paths) == len(picture_of), "a file is one picture"
        assert set(picture_of) == set(self.disk), "every file is a picture, in sight or in a person's trash"
        pairs = {(self.disk[path], picture) for path, picture in picture_of.items()}
        assert len(pairs) == len(set(self.disk.values())), "equal bytes are one picture"
        for path, picture in picture_of.items():
            seed = self.disk[path][0]
            assert self.seed_of.setdefault(picture, seed) == seed, "a picture never looks like another"
        for picture in shown:
            self.check_shown(picture)
        self.check_labels_by_pixels({p.id for p in (*shown, *self.shop.bin())})

    def has_file(self, picture):
        try:
            return bool(self.shop.original(picture))
        except CollectionError:
            return False

    def check_shown(self, picture):
        files = [name for name in picture.names if name in self.disk]
        assert files == list(picture.names), "names of files that are gone are dropped"
        assert picture.name in files
        assert self.shop.original(picture.id) in {(self.album / name).read_bytes() for name in files}
        (state,) = self.shop.label_states([picture.id])
        assert state.rank == 3 or state.label in {name.split("/")[0] for name in files}
        assert len(self.shop.vectors_of([picture.id])) == 1

    def check_labels_by_pixels(self, there):
        """What a person said of pixels that are still on disk is said of a picture that is not lost."""
        labelled = {
            self.seed_of.get(state.picture_id)
            for state in self.shop.label_states(sorted(there))
            if state.rank == 3
        }
        said = {self.seed_of.get(picture) for picture in self.labels}
        assert said & {seed for seed, _ in self.disk.values()} <= labelled


class TestAlbum(Album.TestCase):
    settings = settings(
        max_examples=12,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
