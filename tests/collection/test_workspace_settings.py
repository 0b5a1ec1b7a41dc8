from core.collection.workspace import Workspace
from core.collection.workspace_settings import read_setting, write_setting


def test_a_value_is_remembered_beside_the_others(tmp_path):
    home = tmp_path / "home"
    assert read_setting(home, "tour") == ""
    assert not home.exists()
    write_setting(home, "tour", "away")
    write_setting(home, "other", "é")
    assert (read_setting(home, "tour"), read_setting(home, "other")) == ("away", "é")
    assert Workspace(home).list() == []
    assert (home / ".settings.json").stat().st_mode & 0o077 == 0


def test_a_damaged_file_counts_as_none(tmp_path):
    for content in (b"\xff", b"[1]", b"{", b'{"tour": [1]}'):
        (tmp_path / ".settings.json").write_bytes(content)
        assert isinstance(read_setting(tmp_path, "tour"), str)
    write_setting(tmp_path, "tour", "away")
    assert read_setting(tmp_path, "tour") == "away"
