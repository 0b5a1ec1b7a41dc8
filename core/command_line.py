"""The command line that does what a sentence proposes."""

import shlex


def command_line(verb: str, collection: str, options: str = "") -> str:
    """``python -m core VERB COLLECTION OPTIONS``, the name of the collection quoted for a shell."""
    return f"python -m core {verb} {shlex.quote(collection)} {options}".rstrip()
