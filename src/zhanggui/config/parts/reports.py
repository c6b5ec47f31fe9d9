"""Reports: from which hour (of the shops' zone) the clock writes them. They are mailed as the digest is."""

from __future__ import annotations

import os

_hour = os.environ.get("ZHANGGUI_REPORTS_HOUR", "").strip()
REPORTS_HOUR = min(int(_hour), 23) if _hour.isdigit() else 8
