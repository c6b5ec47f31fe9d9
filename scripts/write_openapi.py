"""Write ``docs/reference/openapi.json``, the stored copy of the API's description; a test compares the two."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def document() -> str:
    """The OpenAPI document as it is stored: stable order, one key a line. Needs Django set up."""
    from zhanggui.config.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="api/v1/"), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHANGGUI_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "zhanggui.config.settings"
        import django

        django.setup()
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(document(), encoding="utf-8")
    print(f"{TARGET.name} written")
