"""The generated parts of the documentation are those the code makes now."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make_docs.py"), "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=None,
    )
    assert done.returncode == 0, f"run scripts/make_docs.py\n{done.stdout}{done.stderr}"


def test_a_page_that_shows_an_old_table_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_docs = importlib.import_module("make_docs")
    (tmp_path / "t.csv").write_text("a,b\n1,x|y\n", encoding="utf-8")
    monkeypatch.setattr(make_docs, "ROOT", tmp_path)
    page = "before\n<!-- table: t.csv -->\nold\n<!-- end -->\nafter\n"
    fresh = make_docs.with_tables(page)
    assert fresh == "before\n<!-- table: t.csv -->\n\n| a | b |\n|---|---|\n| 1 | x\\|y |\n\n<!-- end -->\nafter\n"
    assert make_docs.with_tables(fresh) == fresh != page
