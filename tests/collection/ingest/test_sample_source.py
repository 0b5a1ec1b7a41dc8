from core.collection.ingest.sample_source import SampleSource
from core.collection.workspace import Workspace
from core.sample_catalogue import sample_items, sample_verdicts


def test_every_item_once_and_well_mixed():
    candidates = list(SampleSource())
    assert len(candidates) == SampleSource().count()
    assert {c.name for c in candidates} == {item.name for item in sample_items()}
    assert len({c.label for c in candidates[:24]}) >= 8


def test_the_collection_has_all_labels_captions_and_verdicts(sample_home):
    sample = Workspace(sample_home).open("sample")
    items = {item.name: item for item in sample_items()}
    pictures = sample.page(0, 1000)
    assert {p.name for p in pictures} == set(items)
    assert all((p.label, p.caption) == (items[p.name].label, items[p.name].caption) for p in pictures)
    name_of = {p.sha256: p.name for p in pictures}
    stored = {(frozenset((name_of[v.a_sha256], name_of[v.b_sha256])), v.verdict) for v in sample.verdicts()}
    assert stored == {(frozenset((v.a, v.b)), v.verdict) for v in sample_verdicts()}


def test_adding_the_sample_again_changes_nothing(home):
    sample = Workspace(home).open("sample")
    before = sample.count(), len(sample.verdicts())
    report = sample.add_sample()
    assert (report.added, report.known, report.skipped) == (0, before[0], ())
    assert (sample.count(), len(sample.verdicts())) == before
