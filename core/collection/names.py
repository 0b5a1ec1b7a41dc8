"""Names of files as text that can be stored, printed on one line, and told apart."""

_REORDERING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINE_BREAKS = "\u2028\u2029"

_VISIBLE = {
    **{code: chr(0x2400 + code) for code in range(0x20)},  # Unicode's stand-ins for control characters
    ord("\n"): "\u2424",
    0x7F: "\u2421",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)},
    **{code: f"\\x{code - 0xDC00:02x}" for code in range(0xDC80, 0xDD00)},  # bytes that are not UTF-8
    # Marks that reorder the text around them: "photo\u202egpj.exe" would show as "photoexe.jpg".
    **{ord(mark): f"\\u{ord(mark):04x}" for mark in _REORDERING + _LINE_BREAKS},
}


def display_name(raw: str) -> str:
    r"""Text for a file name as the operating system gave it.

    The result holds no surrogates, so SQLite and UTF-8 can hold it, and nothing that breaks or reorders
    a line: a newline becomes ``␤``, other control characters their symbols (``␀`` …), an undecodable
    byte ``\xff``, a reordering mark ``\u202e``. Everything else stays, quotes, markup and emoji
    included, so whoever shows a name must escape it for where it is shown.
    """
    return raw if raw.isascii() and raw.isprintable() else raw.translate(_VISIBLE)
