import os
import stat
import threading

import pytest

from core.errors import DiskFullError, LookalikeError
from core.output_file import replacing, write_file


def test_a_file_is_written_and_nothing_is_left_beside_it(tmp_path):
    assert write_file(tmp_path / "out.csv", "a,é\r\n") == 6
    assert (tmp_path / "out.csv").read_bytes() == "a,é\r\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("a fault of ours")])
def test_what_was_there_stays_whole_when_writing_fails(tmp_path, error):
    (tmp_path / "out.csv").write_text("old")
    with pytest.raises((LookalikeError, ValueError)) as told, replacing(tmp_path / "out.csv") as out:
        out.write(b"half")
        raise error
    assert isinstance(error, ValueError) or isinstance(told.value, DiskFullError)
    assert (tmp_path / "out.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_link_goes_on_pointing_to_its_target_and_the_mode_stays(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "out.csv").symlink_to("real.csv")
    write_file(tmp_path / "out.csv", "new")
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "real.csv").stat().st_mode) == 0o640


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_file(tmp_path / "pipe", "through")
    reader.join(30)
    assert read == [b"through"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_a_missing_folder_and_a_long_name_are_sentences_or_work(tmp_path):
    for path in (tmp_path, tmp_path / "none" / "out.csv"):
        with pytest.raises(LookalikeError):
            write_file(path, "x")
    write_file(tmp_path / ("é" * 120), "x")
