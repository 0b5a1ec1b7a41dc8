import configparser
import json
import re
import shutil
import subprocess
import sys

import pytest

from core.errors import CollectionError
from core.health.schedule.every import PERIODS
from core.health.schedule.units import crontab_line, systemd_units

SAY = "import json, os, sys; print(json.dumps([sys.argv[1:], os.getcwd()]))"
HOSTILE = [
    "plain",
    "two words",
    "100 %",
    "it's",
    'a "quote"',
    "$HOME `id` $(id)",
    "back\\slash\\",
    "#not a comment",
    "; rm x",
    "ü",
    "%n",
    "*",
]


def parsed(text):
    """The options of a unit file by section; names keep their case."""
    reader = configparser.RawConfigParser(strict=False)
    reader.optionxform = str
    reader.read_string(text)
    return {section: dict(reader[section]) for section in reader.sections()}


@pytest.mark.parametrize("every", list(PERIODS))
def test_a_crontab_line_runs_exactly_the_command(tmp_path, every):
    folder = tmp_path / "it's 100 % $HOME"
    folder.mkdir()
    line = crontab_line([sys.executable, "-c", SAY, *HOSTILE], str(folder), every)
    assert "\n" not in line
    times, _, rest = re.match(r"((?:\S+ ){4}\S+)( )(.*)", line).groups()
    assert len(times.split()) == 5
    assert not re.search(r"(?<!\\)%", rest)  # cron would cut the line there
    shell = rest.replace(r"\%", "%")  # as cron hands it to the shell
    said = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True, env={}).stdout
    assert json.loads(said) == [HOSTILE, str(folder)]


@pytest.mark.parametrize("every", list(PERIODS))
def test_systemd_units_say_the_command_back(tmp_path, every):
    units = systemd_units([sys.executable, "-m", "core", *HOSTILE], str(tmp_path), every, "my shop 100 %")
    service, timer = parsed(units.service), parsed(units.timer)
    assert re.fullmatch(r"lookalike-[A-Za-z0-9-]+", units.name)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', service["Service"]["ExecStart"])
    back = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]
    assert back[0] == sys.executable
    assert [word.replace("$$", "$") for word in back[1:]] == ["-m", "core", *HOSTILE]
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["WorkingDirectory"] == str(tmp_path)
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert timer["Timer"]["Persistent"] == "true"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_them(tmp_path):
    units = systemd_units([sys.executable, "-m", "core", *HOSTILE], str(tmp_path), "week", "shop")
    for kind, text in (("service", units.service), ("timer", units.timer)):
        (tmp_path / f"{units.name}.{kind}").write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *map(str, sorted(tmp_path.glob("lookalike-*")))],
        capture_output=True,
        check=False,
        text=True,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert "lookalike-shop" not in checked.stderr, checked.stderr


@pytest.mark.parametrize("bad", ["a\nb", "a\tb", "a\x7fb"])
def test_what_cannot_be_written_is_a_sentence(bad):
    with pytest.raises(CollectionError, match="cannot hold"):
        crontab_line(["python", bad], "/", "day")
    with pytest.raises(CollectionError, match="cannot hold"):
        systemd_units(["python", bad], "/", "day", "shop")
    with pytest.raises(CollectionError, match="backslash"):
        systemd_units(["python"], "/a\\", "day", "shop")
