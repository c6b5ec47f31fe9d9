"""Sample exports made once, and what the ledgers hold, as rows that can be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zhanggui.trade.channels.sample import generate


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of JD and Taobao shops, one folder per shop."""
    folder = tmp_path_factory.mktemp("exports")
    generate.write_all(folder, seed=11, days=14, orders=40, channels=["jd", "taobao"])
    return folder


@pytest.fixture(scope="session")
def jd(exports: Path) -> list[Path]:
    """The files of one JD shop: order list, after-sale list, settlement."""
    folder = next(p for p in sorted(exports.iterdir()) if p.is_dir() and p.name.startswith("jd-"))
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def orders_file(jd: list[Path]) -> Path:
    return next(p for p in jd if p.name.startswith("订单"))
