"""The column type of sealed values. ``operations.rotate`` finds every column of this type by itself."""

from __future__ import annotations

from typing import Any

from django.db import models


class SealedField(models.BinaryField):
    """A binary column that holds what ``vault.operations.seal`` returned, or null."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
