"""Test session set-up: a throw-away home folder per process, before Django reads its settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from hypothesis import settings as hypothesis_settings

_HOME = tempfile.mkdtemp(prefix="zhanggui-test-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
(Path(_HOME) / "static").mkdir()  # collected by a real installation; its absence is a warning
os.environ["ZHANGGUI_HOME"] = _HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")

# The suite always tries the same examples, without a clock, so that a run never fails by luck;
# HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, print_blob=True)
hypothesis_settings.register_profile("search", max_examples=1000, deadline=None, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
django.setup()


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of the public data sets (``ZHANGGUI_DATA``); tests that need it skip, saying so, when absent."""
    place = os.environ.get("ZHANGGUI_DATA", "")
    if not place or not Path(place).is_dir():
        pytest.skip("ZHANGGUI_DATA does not name the folder of the public data sets")
    return Path(place)


@pytest.fixture(scope="session")
def channel_samples() -> Path:
    """Real channel files beside the public data (``ZHANGGUI_SAMPLES``)."""
    place = os.environ.get("ZHANGGUI_SAMPLES", "")
    if not place or not Path(place).is_dir():
        pytest.skip("ZHANGGUI_SAMPLES does not name the folder of channel sample files")
    return Path(place)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: an archive holds the moment of its making, and both workers must name alike."""
    return argname if isinstance(val, bytes) else None
