"""What a system's own scheduler takes: a crontab line, and a systemd service with its timer.

Paths are hostile text: each format has its own characters that would end a word, expand or start a comment.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ...collection.safe_names import display_name
from ...errors import CollectionError
from .every import Every

_CRON: dict[Every, str] = {
    "hour": "17 * * * *",
    "day": "17 3 * * *",
    "week": "17 3 * * 0",
    "month": "17 3 1 * *",
}
_CALENDAR: dict[Every, str] = {
    "hour": "*-*-* *:17:00",
    "day": "*-*-* 03:17:00",
    "week": "Sun *-*-* 03:17:00",
    "month": "*-*-01 03:17:00",
}
"""Off the full hour, when everything else starts."""


@dataclass(frozen=True)
class Units:
    """The text of ``NAME.service`` and ``NAME.timer``."""

    name: str
    service: str
    timer: str


def crontab_line(command: Sequence[str], folder: str, every: Every) -> str:
    """A line for `crontab -e` that runs `command` in `folder`.

    Raises:
        CollectionError: a path holds a line break, which a crontab cannot hold.
    """
    _check_lines([*command, folder], "a crontab")
    line = f"cd {shlex.quote(folder)} && {shlex.join(command)}"
    # cron takes an unescaped per cent sign for a line break, quoted or not.
    return f"{_CRON[every]} {line.replace('%', chr(92) + '%')}"


def systemd_units(command: Sequence[str], folder: str, every: Every, collection: str) -> Units:
    """A service that runs `command` in `folder` once, and the timer that starts it.

    Raises:
        CollectionError: a path holds a line break.
    """
    _check_lines([*command, folder, collection], "a unit file")
    if folder.endswith("\\"):  # it would join the next line to this one
        raise CollectionError(f"“{folder}” ends with a backslash, which a unit file cannot hold; use --loop.")
    name = "lookalike-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in collection).strip("-")
    title = collection.replace("%", "%%")
    program, *arguments = command
    started = " ".join([_word(program, program=True), *map(_word, arguments)])
    service = "\n".join(
        [
            "[Unit]",
            f"Description=Lookalike: look after the collection {title}",
            "",
            "[Service]",
            "Type=oneshot",
            f"WorkingDirectory={folder.replace('%', '%%')}",
            f"ExecStart={started}",
            "Nice=10",
            "",
        ]
    )
    timer = "\n".join(
        [
            "[Unit]",
            f"Description=Lookalike: the collection {title}, every {every}",
            "",
            "[Timer]",
            f"OnCalendar={_CALENDAR[every]}",
            "Persistent=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        ]
    )
    return Units(name, service, timer)


def _word(text: str, *, program: bool = False) -> str:
    """One word of ExecStart, by systemd.service(5): C-like escapes, specifiers and variables switched off."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    # Variables are not expanded in the path of the program itself.
    return f'"{quoted if program else quoted.replace("$", "$$")}"'


def _check_lines(words: Sequence[str], what: str) -> None:
    for word in words:
        if any(ord(c) < 32 or ord(c) == 127 for c in word):
            raise CollectionError(
                f"“{display_name(word)}” holds a line break or another control character, which {what} "
                "cannot hold. Rename it, or use --loop."
            )
