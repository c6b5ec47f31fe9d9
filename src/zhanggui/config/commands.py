"""The commands of the installation itself: init, serve, worker, doctor, version."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from typing import Any
from zoneinfo import ZoneInfo

import typer

from zhanggui.config import prepare
from zhanggui.config import serve as serving
from zhanggui.config.cli import run
from zhanggui.config.home import home
from zhanggui.config.language import CHINESE, named, preferred
from zhanggui.config.language import gettext as _
from zhanggui.config.output import CommandFailed, document, hint, say

AS_JSON = typer.Option(False, "--json", help=_("Print one JSON document."))
OWNER = "owner"
#: The demo shop: so many orders per channel over so many days, the last of them yesterday.
DEMO_SEED, DEMO_DAYS, DEMO_ORDERS = 7, 45, 300
LINK_TTL = timedelta(minutes=30)


def init(
    empty: bool = typer.Option(False, "--empty", help=_("Without the demo shop.")),
    yes: bool = typer.Option(False, "--yes", "-y", help=_("Answer every question with yes.")),
    as_json: bool = AS_JSON,
) -> None:
    started = time.monotonic()
    place = home()
    strangers = place.is_dir() and any(place.iterdir()) and not (place / "keys").is_dir()
    if (
        strangers
        and not yes
        and not typer.confirm(_("{place} holds other files. Use it all the same?").format(place=place))
    ):
        raise CommandFailed(_("Nothing was changed."))
    prepare.prepare(force=True)
    with prepare.locked("init.lock"):
        was_there = (place / prepare.INITIALISED).exists()
        make_keys()
        owner_id = ensure_owner()
        if not was_there:
            if not empty:
                hint(_("Making the demo shop: sample files of every channel, then the import of them."))
                make_demo()
            (place / prepare.INITIALISED).write_text("demo\n" if not empty else "empty\n", encoding="utf-8")
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        made = {"created": not was_there, "demo": not was_there and not empty}
        document({"home": str(place), **made, "owner": owner_id, "seconds": seconds})
    elif was_there:
        say(_("The home {place} was there already; it is up to date.").format(place=place))
    else:
        say(
            _("The home {place} is ready ({seconds} s). Start with: zhanggui serve").format(
                place=place, seconds=seconds
            )
        )


def make_keys() -> None:
    """Make every key now: a backup taken before first use would lack them."""
    from zhanggui.foundation.vault import operations as vault

    vault.seal(b"")
    vault.fingerprint("")


def ensure_owner() -> int:
    """The id of the owner; a person without a password is made when nobody owns this installation yet."""
    from zhanggui.foundation.accounts import operations, queries

    found = find_owner()
    if found is not None:
        return found
    person = queries.person_by_username(OWNER)
    if person is None:
        name = _("Owner")
        person = operations.create_user(username=OWNER, display_name=name, language=named() or "")
    operations.grant_role(user_id=person.id, role="OWN")
    return person.id


def find_owner() -> int | None:
    """The first active person who owns all shops."""
    from zhanggui.foundation.accounts import queries

    for person in queries.people():
        if person.is_active and any(r.role == "OWN" and r.shop_id is None for r in person.roles):
            return person.id
    return None


def make_demo() -> None:
    """The demo shop is made as a merchant would: files of every channel, then the import of them."""
    yesterday = (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).date().isoformat()
    size = ["--seed", str(DEMO_SEED), "--days", str(DEMO_DAYS), "--orders", str(DEMO_ORDERS)]
    with tempfile.TemporaryDirectory(prefix="zhanggui-demo-") as folder:
        _quietly(["sample", folder, *size, "--end-date", yesterday, "--json"])
        files = _quietly(["import", folder, "--json"], may_fail=True)
    refused = [f["error"] for f in files if f.get("error")]
    for error in refused:
        hint(
            "  " + (error.get("zh" if preferred() == CHINESE else "en", "") if isinstance(error, dict) else str(error))
        )
    text = _("  {orders} orders from {files} files.")
    hint(text.format(orders=sum(f.get("orders_new") or 0 for f in files), files=len(files) - len(refused)))


def _quietly(arguments: list[str], *, may_fail: bool = False) -> Any:
    """Run one of our commands for its JSON; a failure is shown as the command put it."""
    printed = io.StringIO()
    code = run(arguments, out=printed)
    try:
        found = json.loads(printed.getvalue())
    except ValueError:
        found = {}
    if code != 0 and not (may_fail and isinstance(found, list) and any(not f.get("error") for f in found)):
        if isinstance(found, dict) and found.get("message"):
            hint("  " + str(found["message"]))
        raise CommandFailed(_("The demo shop could not be made; an empty home is made by: zhanggui init --empty"))
    return found


def serve(
    host: str = typer.Option("127.0.0.1", "--host", help=_("Address to listen on; 0.0.0.0 for the whole network.")),
    port: int = typer.Option(8000, "--port", min=1, max=65535, help=_("Port to listen on.")),
    workers: int = typer.Option(1, "--workers", min=1, max=64, help=_("Web processes.")),
    no_worker: bool = typer.Option(False, "--no-worker", help=_("Web pages only; run the worker elsewhere.")),
    login_link: bool = typer.Option(False, "--login-link", help=_("Print a link that signs the owner in once.")),
    as_json: bool = AS_JSON,
) -> None:
    def ready(url: str) -> None:
        link = owner_link(url) if login_link or sys.stdout.isatty() else None
        if as_json:
            document({"url": url, "login": link, "home": str(home())})
            return
        say("")
        say(_("  Zhanggui is running:  {url}").format(url=url))
        if link:
            minutes = int(LINK_TTL.total_seconds() // 60)
            say(_("  Sign in as owner:     {link}").format(link=link))
            say(_("                        (works once, for {minutes} minutes)").format(minutes=minutes))
        say(_("  Stop with Ctrl-C. All data is in {place}.").format(place=home()))
        say("")

    serving.serve(host=host, port=port, workers=workers, with_worker=not no_worker, ready=ready)


def owner_link(url: str) -> str | None:
    """A one-time address that signs the owner in; None when nobody owns the installation."""
    from zhanggui.foundation.accounts import links, operations

    owner_id = ensure_owner()
    secret = operations.create_login_link(user_id=owner_id, ttl=LINK_TTL).secret
    return url.rstrip("/") + links.path(secret)


def worker(
    threads: int = typer.Option(
        0, "--threads", min=0, max=64, help=_("Jobs at the same time; 0: as fits the database.")
    ),
    as_json: bool = AS_JSON,
) -> None:
    if as_json:
        document({"worker": os.getpid(), "home": str(home())})
    else:
        hint(_("The worker is running. Stop with Ctrl-C; a running job gets time to end."))
    serving.run_worker(threads=threads or None, supervised=False)


def doctor(as_json: bool = AS_JSON) -> None:
    from zhanggui.config.doctor import examine

    checks = examine()
    bad = [c for c in checks if c.state == "bad"]
    if as_json:
        document({"ok": not bad, "checks": [{"name": c.name, "state": c.state, "text": c.text} for c in checks]})
    else:
        marks = {"good": "✓", "note": "·", "bad": "✗"}
        for check in checks:
            say(f"{marks[check.state]} {check.text}")
    if bad:
        raise typer.Exit(1)


def version(as_json: bool = AS_JSON) -> None:
    import platform
    import sqlite3

    found: dict[str, Any] = {
        "zhanggui": product_version(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
    }
    if as_json:
        document(found)
    else:
        say(f"zhanggui {found['zhanggui']} (Python {found['python']}, SQLite {found['sqlite']})")


def product_version() -> str:
    """The version of the installed package."""
    try:
        return package_version("zhanggui")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
