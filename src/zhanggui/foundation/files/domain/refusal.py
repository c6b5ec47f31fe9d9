"""Refusals as a sentence with values, so that the edge can say them in the reader's language."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Base of what backup, restore and the store refuse: ``text`` in English, filled with ``values``."""

    text: ClassVar[str] = ""

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.text % values)
