"""The matcher for long texts: polars finds where patterns begin at native speed, Python only looks at those places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

#: From this length on, in characters, it is faster to make the native matcher than to walk the other one.
LONG_TEXT = 20_000
#: Stands between texts that are scanned in one go; no pattern holds it.
_BETWEEN = "\n"
V = TypeVar("V")


class Scanner(Generic[V]):
    """Finds every occurrence of every pattern, overlapping ones included. ``values``: their meaning."""

    def __init__(self, values: Mapping[str, V]) -> None:
        self._values = dict(values)
        self._patterns = pl.Series(list(self._values), dtype=pl.String)
        lengths: dict[str, set[int]] = {}
        for pattern in self._values:
            lengths.setdefault(pattern[0], set()).add(len(pattern))
        self._lengths = {first: sorted(found) for first, found in lengths.items()}

    def scan(self, texts: Sequence[str]) -> list[list[tuple[int, V]]]:
        """Per text the (offset of the last character, value) of its matches, in the order of their ends, then the
        longest first: what a walk of an Aho-Corasick automaton yields."""
        joined = _BETWEEN.join(texts)
        found: list[list[tuple[int, int, V]]] = [[] for _ in texts]
        starts = self._starts(joined)
        ends = np.cumsum([len(text) + 1 for text in texts])
        owners = np.searchsorted(ends, starts, side="right")
        values, lengths = self._values, self._lengths
        for start, owner in zip(starts.tolist(), owners.tolist(), strict=True):
            offset = start - (int(ends[owner - 1]) if owner else 0)
            for length in lengths.get(joined[start], ()):
                value = values.get(joined[start : start + length])
                if value is not None and start + length <= len(joined):
                    found[owner].append((offset + length - 1, -length, value))
        for those in found:
            those.sort(key=lambda match: match[:2])
        return [[(last, value) for last, _length, value in those] for those in found]

    def _starts(self, text: str) -> npt.NDArray[np.int64]:
        """Character offsets where at least one pattern begins."""
        raw = text.encode("utf-8", "replace")  # a lone surrogate, which no pattern holds, becomes one question mark
        frame = pl.Series("text", [raw.decode()]).to_frame()
        places = frame.select(pl.col("text").str.find_many(self._patterns.implode(), overlapping=True))[
            "text"
        ].explode()
        offsets = np.unique(places.drop_nulls().to_numpy()).astype(np.int64)
        heads = (np.frombuffer(raw, dtype=np.uint8) & 0xC0) != 0x80
        return (np.cumsum(heads, dtype=np.int64) - 1)[offsets]
