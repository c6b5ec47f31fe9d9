"""Homes: made once, by whoever comes first, and examined."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.races


def zhanggui(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "ZHANGGUI_HOME": str(home), "ZHANGGUI_LANG": "en", **environment}
    env.pop("ZHANGGUI_DATABASE_URL", None)
    env.pop("ZHANGGUI_REDIS_URL", None)
    command = [sys.executable, "-m", "zhanggui", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=180)


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home") / "zhanggui"
    found = answer(zhanggui(home, "init", "--empty", "--json"))
    assert (found["created"], found["demo"]) == (True, False)
    return home


def test_init_makes_keys_database_static_files_and_an_owner(made: Path) -> None:
    people = answer(zhanggui(made, "user", "list", "--json"))
    assert [[r["role"] for r in p["roles"]] for p in people] == [["OWN"]]
    for key in ("session", "vault", "fingerprint"):
        path = made / "keys" / key
        assert path.stat().st_size > 20
        if os.name == "posix":
            assert path.stat().st_mode & 0o077 == 0
    assert (made / "static" / "staticfiles.json").exists()
    with sqlite3.connect(made / "zhanggui.db") as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_init_again_changes_nothing(made: Path) -> None:
    keys = {p.name: p.read_bytes() for p in (made / "keys").iterdir()}
    found = answer(zhanggui(made, "init", "--json"))
    assert (found["created"], found["demo"]) == (False, False)
    assert {p.name: p.read_bytes() for p in (made / "keys").iterdir()} == keys
    assert len(answer(zhanggui(made, "user", "list", "--json"))) == 1


def test_a_folder_with_other_files_is_not_taken_without_asking(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    done = zhanggui(tmp_path, "init", "--empty")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.jpg"]


def test_two_processes_that_start_at_once_make_one_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    env = {**os.environ, "ZHANGGUI_HOME": str(home), "ZHANGGUI_LANG": "en"}
    env.pop("ZHANGGUI_DATABASE_URL", None)
    command = [sys.executable, "-m", "zhanggui", "shop", "list", "--json"]
    running = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err.decode()
        assert json.loads(out) == []
    with sqlite3.connect(home / "zhanggui.db") as db:
        (twice,) = db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM django_migrations GROUP BY app, name HAVING count(*) > 1)"
        ).fetchone()
    assert twice == 0


def test_an_interrupted_preparation_is_done_again(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(made, home, ignore=shutil.ignore_patterns("state.json", "zhanggui.db*"))
    assert answer(zhanggui(home, "shop", "list", "--json")) == []


def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = zhanggui(blocked / "home", "shop", "list")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    env = {**os.environ, "ZHANGGUI_HOME": str(tmp_path / "h"), "ZHANGGUI_LANG": "en"}
    env["ZHANGGUI_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"
    done = subprocess.run(
        [sys.executable, "-m", "zhanggui", "shop", "list"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "The database cannot be reached" in done.stderr


def test_a_wrong_database_address_is_one_sentence(tmp_path: Path) -> None:
    env = {**os.environ, "ZHANGGUI_HOME": str(tmp_path / "h"), "ZHANGGUI_DATABASE_URL": "mysql://x/y"}
    done = subprocess.run(
        [sys.executable, "-m", "zhanggui", "shop", "list"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "neither sqlite nor postgresql" in done.stderr
    assert done.stderr.count("\n") == 1


class TestDoctor:
    def states(self, home: Path, **environment: str) -> tuple[int, dict[str, str]]:
        done = zhanggui(home, "doctor", "--json", **environment)
        return done.returncode, {c["name"]: c["state"] for c in json.loads(done.stdout)["checks"]}

    def test_a_fresh_home_is_healthy(self, made: Path) -> None:
        code, states = self.states(made)
        assert code == 0
        assert {"python", "sqlite", "disk", "fonts", "clock", "database", "migrations", "worker"} <= set(states)
        assert "bad" not in states.values()

    def test_no_home_is_said(self, tmp_path: Path) -> None:
        code, states = self.states(tmp_path / "none")
        assert (code, states["home"]) == (1, "bad")
        assert not (tmp_path / "none").exists()

    def test_a_key_others_can_read_is_said(self, made: Path, tmp_path: Path) -> None:
        if os.name != "posix":
            pytest.skip("file modes are a matter of POSIX")
        home = tmp_path / "home"
        shutil.copytree(made, home)
        (home / "keys" / "vault").chmod(0o644)
        code, states = self.states(home)
        assert (code, states["key.vault"]) == (1, "bad")

    def test_pending_migrations_are_said(self, made: Path, tmp_path: Path) -> None:
        home = tmp_path / "home"
        shutil.copytree(made, home)
        with sqlite3.connect(home / "zhanggui.db") as db:
            db.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
        code, states = self.states(home)
        assert (code, states["migrations"]) == (1, "bad")

    def test_a_wrong_time_zone_is_said(self, made: Path) -> None:
        done = zhanggui(made, "doctor", "--json", ZHANGGUI_TIME_ZONE="Asia/Nowhere")
        states = {c["name"]: c["state"] for c in json.loads(done.stdout)["checks"]}
        assert (done.returncode, states["clock"]) == (1, "bad")
