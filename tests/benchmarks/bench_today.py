"""How fast the first page answers with many open findings: server time per request, p50, p95, worst.

    python tests/benchmarks/bench_today.py [--findings 10000] [--requests 40]

Beside it the floor: reading and counting the same rows by one plain SQL statement.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path


def timed(what: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def told(name: str, taken: list[float]) -> None:
    p95 = taken[min(len(taken) - 1, round(len(taken) * 0.95))]
    print(f"{name:44} p50 {statistics.median(taken):7.1f} ms   p95 {p95:7.1f} ms   worst {taken[-1]:7.1f} ms")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--findings", type=int, default=10_000)
    asked.add_argument("--requests", type=int, default=40)
    wish = asked.parse_args()
    home = tempfile.TemporaryDirectory(prefix="zhanggui-bench-")
    os.environ |= {"ZHANGGUI_HOME": home.name, "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings"}
    (Path(home.name) / "static").mkdir()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from zhanggui.foundation.accounts import operations as accounts
    from zhanggui.foundation.accounts.models import User
    from zhanggui.foundation.loop import operations as loop
    from zhanggui.foundation.loop.contracts import (
        Evidence,
        Found,
        Kind,
        Scan,
        Stake,
        Subject,
        detector,
        find_detector,
        phrase,
    )

    shops = [accounts.create_shop(name=f"店 {n}", channel="jd") for n in range(8)]
    roles = [frozenset({"OWN", "OPS"}), frozenset({"OWN", "CS"}), frozenset({"OWN", "FIN", "DAT"})]
    kinds = [Kind(f"bench_{n}", "Bench", r) for n, r in enumerate(roles)]

    @detector("bench.many", kinds=kinds)
    def many(scan: Scan) -> list[Found]:
        found = []
        for n in range(wish.findings):
            shop = shops[n % 8]
            due = scan.now + timedelta(minutes=n % 20_000 - 500) if n % 3 else None
            found.append(
                Found(
                    f"bench_{n % 3}", Subject("order", str(n), f"订单 {n}"), phrase("Order %(no)s is late", no=str(n)),
                    shop_id=shop.id, stake=Stake(n * 37 % 100_000, "CNY", phrase("Paid.")), due_at=due,
                    severity=("info", "warn", "bad")[n % 3 if n % 7 else 2], evidence=(Evidence(phrase("Orders"), n),),
                )
            )  # fmt: skip
        return found

    now = timezone.now()
    began = time.perf_counter()
    first = loop.run(code="bench.many", now=now)
    print(f"{wish.findings} findings written in {time.perf_counter() - began:.1f} s ({first.outcome})")
    began = time.perf_counter()
    again = loop.run(code="bench.many", now=now + timedelta(minutes=1))
    print(f"the same seen again in {time.perf_counter() - began:.1f} s ({again.recorded.unchanged} unchanged)")
    one = find_detector("bench.many")
    assert one is not None
    for code in ("desk.shipping", "desk.refunds", "desk.files", "desk.freshness"):
        loop.run(code=code, now=now)

    for role in ("OWN", "OPS", "CS"):
        person = User.objects.create(username=role.lower())
        accounts.grant_role(user_id=person.pk, role=role, shop_id=None)
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.get("/")
        assert answer.status_code == 200, answer.status_code
        told(f"today as {role}", timed(lambda c=client: c.get("/"), wish.requests))
        told(
            "  a further page of a section",
            timed(lambda c=client: c.get("/findings/section/today/?offset=300"), wish.requests),
        )

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, due_at, severity, stake_minor FROM loop_finding WHERE state = 'open'")
            cursor.fetchall()

    told("floor: read what is ranked, plain SQL", timed(floor, wish.requests))
    home.cleanup()


if __name__ == "__main__":
    main()
