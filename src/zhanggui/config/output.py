"""What a command prints: sentences for people, one JSON document for programs."""

from __future__ import annotations

import json
import sys
from typing import Any


class CommandFailed(Exception):
    """A command cannot do what was asked; its text is one sentence for the user."""


def say(text: str) -> None:
    """One line for people, at once also through a pipe."""
    print(text, flush=True)


def hint(text: str) -> None:
    """A line about what is going on; never mixed into the JSON of standard output."""
    print(text, file=sys.stderr, flush=True)


def document(value: Any) -> None:
    """The JSON document of ``--json``."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str), flush=True)
