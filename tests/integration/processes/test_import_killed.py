"""An import that is killed leaves nothing or everything; two at once are one. Real processes, either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.processes.ledgers import rows_of
from kills import DRIVER, Kills, bulk_file, homes

pytestmark = pytest.mark.data
LINES = 6_000


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kills]:
    folder = tmp_path_factory.mktemp("kills")
    with homes(folder / "homes") as made:
        yield Kills(folder, made, bulk_file(folder / "files", LINES))


@pytest.mark.parametrize("number", range(6))
def test_killed_anywhere_and_imported_again_it_is_a_clean_import(kills: Kills, number: int) -> None:
    kills.kill_and_repeat(number)


def test_two_at_once_are_one(kills: Kills) -> None:
    home = kills.made("twice", like=kills.template)
    both = [home.start(DRIVER, str(kills.file), "") for _n in range(2)]
    results = []
    for process in both:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        results.append(json.loads(out))
    assert all(r["error"] is None for r in results), results
    assert sorted(r["orders_new"] for r in results) == [0, len(kills.clean["orders"])]
    assert sorted(r["lines_new"] for r in results) == [0, len(kills.clean["lines"])]
    assert len({r["file_id"] for r in results}) == 1
    home.run(DRIVER, str(kills.file), kills.out(home))
    assert rows_of(Path(home.place) / "out") == kills.clean
