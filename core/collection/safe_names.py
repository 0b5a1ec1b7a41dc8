"""File names as text that can be stored, printed on one line, and distinguished."""

import unicodedata

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
    r"""Convert a file name from the operating system to text.

    The result contains no surrogates, so SQLite and UTF-8 can store it, and nothing that breaks or reorders a
    line: a newline becomes ``␤``, other control characters their symbols (``␀`` …), an undecodable byte
    ``\xff``, a reordering mark ``\u202e``. Accents are composed (Unicode's NFC), because one system writes
    "é" as one character and another as two. Everything else stays, including quotes, markup and emoji, so
    names must be escaped for display.
    """
    return raw if raw.isascii() and raw.isprintable() else nfc(raw.translate(_VISIBLE))


def nfc(text: str) -> str:
    """Compose the accents of `text` (Unicode's NFC), as names and labels are stored."""
    return unicodedata.normalize("NFC", text)


def folded(name: str) -> str:
    """Fold a name, so that names differing only in case or in the encoding of accents become equal.

    Canonical caseless matching (The Unicode Standard, section 3.13, D145), composed again at the end so that
    a search for "e" does not find "é" by half of it.
    """
    return nfc(unicodedata.normalize("NFD", name).casefold())
