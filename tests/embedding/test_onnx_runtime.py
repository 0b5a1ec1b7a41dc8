import numpy as np
import pytest

from core.embedding import cache, onnx_runtime
from core.embedding.onnx_runtime import MAX_DIFFERENCE, MICRO_BATCH, NetworkSpec, OnnxNetwork, load_network


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path))
    return tmp_path


def spec(build, fingerprint="f"):
    rng = np.random.default_rng(0)
    return NetworkSpec("tiny net", fingerprint, build, lambda: {"x": rng.random((3, 4), np.float32)}, {})


class Builds:
    """Builds a linear layer, and counts how often."""

    def __init__(self, drift=0.0):
        self.calls, self.drift = 0, drift

    def __call__(self):
        import torch

        self.calls += 1
        builds = self

        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                torch.manual_seed(1)
                self.layer = torch.nn.Linear(4, 2)

            def forward(self, x):
                # What is traced for the export is not what runs: an export that went wrong.
                extra = builds.drift if torch.compiler.is_exporting() else 0.0
                return self.layer(x) + extra

        return Net().eval()


def expected(x):
    import torch

    with torch.no_grad():
        return Builds()()(torch.from_numpy(x)).numpy()


@pytest.mark.parametrize("count", [1, MICRO_BATCH, MICRO_BATCH + 1, 3 * MICRO_BATCH + 2])
def test_an_export_says_what_pytorch_says(count):
    x = np.random.default_rng(count).random((count, 4), np.float32)
    network = load_network(spec(Builds()))
    assert network.backend == "onnxruntime"
    assert network({"x": x}) == pytest.approx(expected(x), abs=1e-6)


def test_the_second_time_nothing_is_built(place):
    load_network(spec(Builds()))
    again = Builds()
    assert load_network(spec(again)).backend == "onnxruntime"
    assert again.calls == 0
    (kept,) = (place / "onnx").glob("*.onnx")
    assert cache.facts_of(kept)["max_abs_difference"] < 1e-6


@pytest.mark.parametrize("content", [b"", b"not a network"])
def test_a_damaged_export_is_made_again(place, content):
    load_network(spec(Builds()))
    (kept,) = (place / "onnx").glob("*.onnx")
    kept.write_bytes(content)
    again = Builds()
    assert load_network(spec(again)).backend == "onnxruntime"
    assert again.calls == 1


def test_a_file_that_matches_its_receipt_but_cannot_be_read_is_made_again(place):
    load_network(spec(Builds()))
    (kept,) = (place / "onnx").glob("*.onnx")
    kept.write_bytes(b"not a network")
    receipt = kept.with_name(kept.name + ".json")
    receipt.write_text(f'{{"sha256": "{cache.sha256_file(kept)}", "facts": {{}}}}')
    assert load_network(spec(Builds())).backend == "onnxruntime"


def test_an_export_that_differs_is_not_used():
    wrong = Builds(drift=2 * MAX_DIFFERENCE)
    network = load_network(spec(wrong))
    assert network.backend == "torch-cpu"
    x = np.ones((2, 4), np.float32)
    assert network({"x": x}) == pytest.approx(expected(x), abs=1e-6)


def test_a_failed_export_is_not_tried_again(monkeypatch):
    tries = []

    def fail(spec, target):
        tries.append(target)
        raise onnx_runtime.ExportError("cannot")

    monkeypatch.setattr(onnx_runtime, "_export", fail)
    assert load_network(spec(Builds())).backend == "torch-cpu"
    assert load_network(spec(Builds())).backend == "torch-cpu"
    assert len(tries) == 1


def test_a_full_disk_is_got_over_and_tried_again(monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(onnx_runtime, "cached_file", full)
        assert load_network(spec(Builds())).backend == "torch-cpu"
    assert load_network(spec(Builds())).backend == "onnxruntime"


def test_a_session_reads_the_file_it_is_given(place):
    load_network(spec(Builds()))
    (kept,) = (place / "onnx").glob("*.onnx")
    x = np.zeros((2, 4), np.float32)
    assert OnnxNetwork(kept)({"x": x}) == pytest.approx(expected(x), abs=1e-6)
