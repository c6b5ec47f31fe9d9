"""Twenty imports killed at random moments of their work: each leaves nothing or everything, and mends by repeating."""

from __future__ import annotations

from pathlib import Path

import pytest

from kills import Kills, bulk_file, homes

pytestmark = pytest.mark.races


def test_twenty_killed_imports(tmp_path: Path) -> None:
    with homes(tmp_path / "homes") as made:
        kills = Kills(tmp_path, made, bulk_file(tmp_path / "files", 20_000))
        ends = [kills.kill_and_repeat(number) for number in range(100, 120)]
    assert "nothing" in ends, "no kill fell into the work: the moments are wrong"
