"""One small sample of all channels for the whole folder, and a plain reader that shares no code with the product."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from zhanggui.trade.channels.sample import generate

END = date(2026, 6, 30)


@dataclass(frozen=True)
class Sample:
    folder: Path
    manifest: dict[str, Any]
    expected: dict[str, Any]
    _tables: dict[str, list[list[Any]]] = field(default_factory=dict)

    def files(self, layout: str) -> list[dict[str, Any]]:
        return [file for file in self.manifest["files"] if file["layout"].startswith(layout)]

    def table(self, file: dict[str, Any]) -> list[list[Any]]:
        """All physical rows of a file as the plainest possible reader sees them."""
        if file["path"] not in self._tables:
            self._tables[file["path"]] = self._read(file)
        return self._tables[file["path"]]

    def _read(self, file: dict[str, Any]) -> list[list[Any]]:
        path = self.folder / file["path"]
        if file["container"] == "xlsx":
            return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        text = path.read_bytes().decode(file["encoding"])
        if file["container"] == "tsv":
            return [line.split("\t") for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")]
        return list(csv.reader(io.StringIO(text, newline="")))

    def records(self, file: dict[str, Any], first: str) -> list[tuple[int, dict[str, Any]]]:
        """(physical row, cells) below the header, which is the row holding ``first``; headers and cells stripped."""
        rows = self.table(file)
        at = next(n for n, row in enumerate(rows) if first in [str(cell).strip() for cell in row])
        header = [str(cell).strip() for cell in rows[at]]
        found = []
        for number, row in enumerate(rows[at + 1 :], start=at + 2):
            cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
            found.append((number, dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False))))
        return found

    def documents(self, file: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.folder / file["path"]).read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    result = generate.write_all(folder, seed=11, days=21, orders=400, end=END)
    return Sample(folder, result.manifest, result.expected)
