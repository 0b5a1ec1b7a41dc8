"""``python -m core VERB …``."""

from .cli import main

main()
