"""Many clients after few pieces, killed at random: nothing sold twice, nothing confirmed and lost, caches equal.

``ZHANGGUI_STOCK_OPS`` (default 400), ``ZHANGGUI_STOCK_CLIENTS`` (default 32) and ``ZHANGGUI_STOCK_KILLS`` (default 1)
make it longer; one million operations is ``ZHANGGUI_STOCK_OPS=1000000 ZHANGGUI_STOCK_KILLS=40``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homes import Home, Homes, homes

pytestmark = pytest.mark.races

OPS = int(os.environ.get("ZHANGGUI_STOCK_OPS", "400"))
CLIENTS = int(os.environ.get("ZHANGGUI_STOCK_CLIENTS", "32"))
KILLS = int(os.environ.get("ZHANGGUI_STOCK_KILLS", "1"))
SEED = int(os.environ.get("ZHANGGUI_STOCK_SEED", "1"))
STOCK = {"A": 60, "B": 40, "C": 5}

MAKE = f"""
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory.contracts import ReceiptLine
for sku, qty in {STOCK!r}.items():
    stock.put_item(sku=sku)
    stock.receive_goods(lines=[ReceiptLine(sku, str(qty))], source=sku)
"""
#: A process of several clients: some through the queue (as web requests are), some directly (as imports are).
CLIENT = """
import random, sys, threading
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from zhanggui.supply.inventory import operations as stock
seed, ops, clients, log = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
file = open(log, "a", buffering=1)
failed = []

def work(n):
    dice, open_orders = random.Random(f"{seed}-{n}"), []
    for k in range(ops // clients):
        roll = dice.random()
        if roll < 0.55 or not open_orders:
            ref = f"{seed}-{n}-{k}"
            lines = {sku: dice.randint(1, 2) for sku in dice.sample("ABC", dice.randint(1, 2))}
            until = timezone.now() + timedelta(milliseconds=50) if dice.random() < 0.3 else None
            act = stock.reserve_grouped if n % 2 else stock.reserve_order
            if act(order_ref=ref, lines=lines, expires_at=until).ok:
                file.write(f"held {ref}\\n")
                if until is None:
                    open_orders.append((ref, lines))
        elif roll < 0.9:
            ref, _lines = open_orders.pop(dice.randrange(len(open_orders)))
            stock.release_order(order_ref=ref)
            file.write(f"released {ref}\\n")
        elif roll < 0.97:
            stock.expire_reservations()
        else:
            ref, lines = open_orders.pop(dice.randrange(len(open_orders)))
            stock.ship_order(order_ref=ref, lines=lines)
            file.write(f"shipped {ref}\\n")
        if connection.vendor == "postgresql":
            connection.close()

def guarded(n):
    try:
        work(n)
    except BaseException as error:
        failed.append(repr(error))
        raise

threads = [threading.Thread(target=guarded, args=(n,)) for n in range(clients)]
print("ready", flush=True)
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(1 if failed else 0)
"""
LOOK = """
import json
from zhanggui.supply.inventory import queries
from zhanggui.supply.inventory.models import Movement, Pool, ReservationEntry
found = queries.verify()
kinds = {}
for ref, kind in ReservationEntry.objects.values_list("order_ref", "kind"):
    kinds.setdefault(ref, set()).add(kind)
print(json.dumps({
    "mismatches": [str(m) for m in found.mismatches], "entries": found.entries,
    "pools": {sku: [h, r] for sku, h, r in Pool.objects.values_list("item__code", "on_hand", "reserved")},
    "sold": {
        sku: sum(Movement.objects.filter(item__code=sku, reason="sale").values_list("qty", flat=True)) for sku in "ABC"
    },
    "kinds": {ref: sorted(k) for ref, k in kinds.items()},
}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Homes, Home]]:
    with homes(tmp_path_factory.mktemp("stock")) as maker:
        template = maker("template").migrate()
        template.run(MAKE)
        yield maker, template


@pytest.fixture
def house(made: tuple[Homes, Home], request: pytest.FixtureRequest) -> Home:
    maker, template = made
    return maker(request.node.name[:40], like=template)


def test_random_clients_killed_at_random_leave_a_book_that_is_right(house: Home, tmp_path: Path) -> None:
    dice = random.Random(SEED)
    log = tmp_path / "confirmed.log"
    log.touch()
    processes, each = 2, max(1, CLIENTS // 2)
    share = OPS // processes // (KILLS + 1)
    for round_ in range(KILLS + 1):
        started = [house.start(CLIENT, str(10 * round_ + p), str(share), str(each), str(log)) for p in range(processes)]
        if round_ < KILLS:
            victim = started[dice.randrange(processes)]
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            time.sleep(dice.random() * min(2.0, share / 400))
            victim.kill()
        for process in started:
            _out, err = process.communicate(timeout=7200)
            if process.returncode != -9:
                assert process.returncode == 0, err
    found = json.loads(house.run(LOOK))
    assert found["mismatches"] == []
    for sku, (on_hand, reserved) in found["pools"].items():
        assert 0 <= reserved <= on_hand
        assert on_hand + found["sold"][sku] == STOCK[sku]
    assert found["entries"] > OPS // 8
    words = {"held": "reserve", "released": "release", "shipped": "commit"}
    for line in log.read_text().splitlines():
        word, _space, ref = line.partition(" ")
        if word in words and ref.count("-") == 2:
            assert words[word] in found["kinds"][ref], f"{line} was confirmed and is not in the ledger"


#: Two buyers want the last piece, and the one who has looked waits a moment before writing.
LAST = """
import sys, time
from zhanggui.supply.inventory import operations as stock
from zhanggui.supply.inventory.store import holds
write = holds._write
def late(*given):
    time.sleep(0.4 if sys.argv[1] == "one" else 0.8)
    write(*given)
holds._write = late
print("ready", flush=True)
sys.stdin.readline()
print(stock.reserve_order(order_ref=sys.argv[1], lines={"C": 5}).status, flush=True)
"""
#: The same without lock and transaction.
UNLOCKED = """
from contextlib import nullcontext
from django.db import connection
from zhanggui.supply.inventory.store import holds, pools
def look(ids):
    with connection.cursor() as cursor:
        return pools.read(cursor, sorted(ids))
pools.lock = look
class Off:
    atomic = staticmethod(nullcontext)
holds.transaction = Off
"""


def _race(house: Home, prelude: str) -> list[str]:
    both: list[subprocess.Popen[str]] = []
    for name in ("one", "two"):
        code = prelude + LAST
        both.append(
            subprocess.Popen(
                [os.sys.executable, "-c", "import django; django.setup()\n" + code, name],  # type: ignore[attr-defined]
                env=house.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = []
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        answers.append(out.strip())
    return sorted(answers)


def _reserved(house: Home) -> Any:
    return json.loads(house.run(LOOK))["pools"]["C"]


def test_two_buyers_of_the_last_pieces_one_gets_them(house: Home) -> None:
    assert _race(house, "") == ["held", "short"]
    assert _reserved(house) == [5, 5]


def test_the_race_is_lost_when_the_lock_is_off(house: Home) -> None:
    """Proof that the test above can fail."""
    assert _race(house, UNLOCKED) == ["held", "held"]
    assert _reserved(house) == [5, 10]
