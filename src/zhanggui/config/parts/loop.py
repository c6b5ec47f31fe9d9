"""The loop: which modules register detectors, actions and change sources; how mail leaves the house."""

from __future__ import annotations

import os

#: Imported once, before the loop looks or acts. A room joins by one line here; order means nothing.
LOOP_MODULES = [
    "zhanggui.desk.detectors",
    "zhanggui.processes.acting.actions",
    "zhanggui.processes.watching.detectors",
]
#: In so many seconds the loop looks whether something is due: detectors, expiries, things to read back, digests.
LOOP_TICK_SECONDS = 30.0


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    return int(text) if text.isdigit() else default


def _yes(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


#: Without a host no mail is sent and no digest is made.
EMAIL_HOST = os.environ.get("ZHANGGUI_EMAIL_HOST", "")
EMAIL_USE_SSL = _yes("ZHANGGUI_EMAIL_SSL")
EMAIL_USE_TLS = _yes("ZHANGGUI_EMAIL_TLS") and not EMAIL_USE_SSL
EMAIL_PORT = _number("ZHANGGUI_EMAIL_PORT", 465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER = os.environ.get("ZHANGGUI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ZHANGGUI_EMAIL_PASSWORD", "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("ZHANGGUI_EMAIL_FROM", EMAIL_HOST_USER or "zhanggui@localhost")
#: Where links in a mail lead: the address people reach this installation at.
PUBLIC_URL = os.environ.get("ZHANGGUI_PUBLIC_URL", "").rstrip("/")
#: The hour (local time of the installation) from which the digest of a day is sent.
DIGEST_HOUR = _number("ZHANGGUI_DIGEST_HOUR", 8)
#: Who gets it: ``wang=wang@example.com, li=li@example.com`` (sign-in names).
DIGEST_TO = {
    name.strip(): address.strip()
    for name, sign, address in (pair.partition("=") for pair in os.environ.get("ZHANGGUI_DIGEST_TO", "").split(","))
    if sign and name.strip() and "@" in address
}
