"""Real processes on one real database: two approvers, two executors, death between the act and its record, and
detectors that hang or die in a process of their own."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from homes import Home, homes

pytestmark = pytest.mark.races

TESTS = Path(__file__).resolve().parent.parent
#: A world in a file: the action appends to it, so that every act of every process is counted.
WORLD = """
import json, os, sys, time
from pathlib import Path
sys.path.insert(0, TESTS)
from pydantic import BaseModel
from zhanggui.foundation.loop import operations as loop, queries, reading
from zhanggui.foundation.loop.contracts import Action, Change, Done, Found, Kind, Subject, action, detector, phrase
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.loop.domain.policy import Rule
book = Path(os.environ["ZHANGGUI_HOME"]) / "acts"

class Params(BaseModel):
    pause: int = 0

@action
class Write(Action[Params]):
    code, title, permission = "test.write", "Write", "orders.edit"
    Params = Params
    def preview(self, params, who):
        return [Change(str(n), str(n), {"acts": 0}, {"acts": 1}, SHOP) for n in range(3)]
    def execute(self, params, change, who):
        with book.open("a") as out:
            out.write(change.key + "\\n"); out.flush(); os.fsync(out.fileno())
        if params.pause:
            print("acted", flush=True); time.sleep(params.pause)
        return Done()
    def read_back(self, params, change, who):
        return {"acts": book.read_text().split().count(change.key) if book.exists() else 0}

def actor(name):
    return reading.actor_by_id(User.objects.get(username=name).pk)
"""
MAKE = """
call_command("migrate", verbosity=0)
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.accounts.models import User
print(accounts.create_shop(name="一号店", channel="taobao").id)
for name, role in (("cs", "CS"), ("own", "OWN"), ("ops", "OPS"), ("fin", "FIN")):
    made = User.objects.create(username=name)
    accounts.grant_role(user_id=made.pk, role=role, shop_id=None)
"""
BOTH = """
wanted, go = sys.argv[1], float(sys.argv[2])
made = queries.proposal(proposal_id=int(wanted), viewer=None)
me = actor(sys.argv[3])
time.sleep(max(0, go - time.time()))
said = []
for step in sys.argv[4].split(","):
    try:
        if step == "approve":
            said.append(loop.approve(proposal_id=made.id, actor=me, token=made.token).state)
        else:
            said.append(loop.execute(proposal_id=made.id, actor=me).state)
    except loop.LoopError as error:
        said.append(error.code)
print(json.dumps(said))
"""
APPROVE = """
number = int(sys.argv[1])
shown = queries.proposal(proposal_id=number, viewer=None)
print(loop.approve(proposal_id=number, actor=actor("own"), token=shown.token).state)
"""


class House:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.shop = home.run(MAKE).split()[-1]

    def code(self, body: str) -> str:
        return f"TESTS, SHOP = {str(TESTS)!r}, {self.shop}\n" + WORLD + body

    def run(self, body: str, *arguments: str) -> str:
        return self.home.run(self.code(body), *arguments).strip().splitlines()[-1]

    def propose(self, pause: int = 0) -> str:
        body = f'print(loop.propose(action="test.write", params={{"pause": {pause}}}, actor=actor("cs")).id)'
        return self.run(body)

    def acts(self) -> list[str]:
        book = self.home.place / "acts"
        return sorted(book.read_text().split()) if book.exists() else []

    def state(self, number: str) -> tuple[str, list[str]]:
        body = """
p = queries.proposal(proposal_id=int(sys.argv[1]), viewer=None)
print(json.dumps([p.state, [i.state for i in p.items]]))
"""
        state, items = json.loads(self.run(body, number))
        return state, items


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with homes(tmp_path_factory.mktemp("loop")) as made:
        yield House(made("loop"))


def test_two_approvers_and_two_executors_at_once_do_it_once(house: House) -> None:
    number = house.propose()
    go = str(time.time() + 6)
    two = [house.home.start(house.code(BOTH), number, go, name, "approve,execute,execute") for name in ("own", "ops")]
    said = [json.loads(p.communicate(timeout=120)[0].strip().splitlines()[-1]) for p in two]
    assert house.acts() == ["0", "1", "2"]
    assert house.state(number) == ("done", ["done"] * 3)
    told = [word for words in said for word in words]
    assert told.count("approved") == 1, said
    assert told.count("done") == 1, said


def test_death_between_the_act_and_its_record_is_unknown_and_read_back(house: House) -> None:
    (house.home.place / "acts").unlink(missing_ok=True)
    number = house.propose(pause=60)
    house.run(APPROVE, number)
    body = 'loop.execute(proposal_id=int(sys.argv[1]), actor=actor("own"))'
    doomed = house.home.start(house.code(body), number)
    assert doomed.stdout is not None
    assert doomed.stdout.readline().strip() == "acted"
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    assert house.acts() == ["0"]
    assert house.state(number) == ("executing", ["trying", "pending", "pending"])
    recover = """
from datetime import timedelta
from django.utils import timezone
blind = sys.argv[2] == "blind"
if blind:
    Write.read_back = lambda *_: None
loop.recover(now=timezone.now() + timedelta(minutes=6))
print("ok")
"""
    house.run(recover, number, "blind")
    assert house.state(number) == ("uncertain", ["unknown", "skipped", "skipped"])
    house.run(recover, number, "seeing")
    assert house.state(number) == ("partly", ["done", "skipped", "skipped"])
    assert house.acts() == ["0"], "never sent again"


def test_detectors_that_hang_or_die_take_only_themselves_along(house: House) -> None:
    module = house.home.place / "planted.py"
    module.write_text(
        """
import ctypes, datetime, os, signal, time
from zhanggui.foundation.loop.contracts import Found, Kind, Subject, detector, phrase
ROLES = frozenset({"OWN"})
SHORT = datetime.timedelta(seconds=1)

@detector("a.hangs", kinds=[Kind("a_hangs", "x", ROLES)], limit=SHORT)
def hangs(scan):
    ctypes.PyDLL(None).sleep(600)  # holds the interpreter: no thread of this process can stop it
    return []

@detector("b.dies", kinds=[Kind("b_dies", "x", ROLES)], limit=SHORT)
def dies(scan):
    os.kill(os.getpid(), signal.SIGSEGV)
    return []

@detector("c.works", kinds=[Kind("c_works", "x", ROLES)])
def works(scan):
    return [Found("c_works", Subject("thing", "1"), phrase("one"))]
"""
    )
    body = """
from django.conf import settings
from zhanggui.foundation.loop import worker
from zhanggui.foundation.loop.models import Finding
settings.LOOP_MODULES = ["planted"]
worker.CHILD = "import sys; from django.conf import settings; settings.LOOP_MODULES = ['planted']; " \\
    "from zhanggui.foundation.loop import worker; worker.main(sys.argv[1:])"
reports = worker.run_apart(["a.hangs", "b.dies", "c.works"], grace=1)
off = {code: because for code, _at, because in queries.off()}
print(json.dumps([[[r["code"], r["outcome"], r["error"]] for r in reports], off, Finding.objects.count()]))
"""
    environment_path = f"import sys; sys.path.insert(0, {str(house.home.place)!r}); import os; " \
        f"os.environ['PYTHONPATH'] = {str(house.home.place)!r}\n"  # fmt: skip
    told = house.home.run(environment_path + house.code(body)).strip().splitlines()[-1]
    reports, off, found = json.loads(told)
    assert [r[:2] for r in reports] == [["a.hangs", "too_long"], ["b.dies", "failed"], ["c.works", "ok"]], reports
    assert "killed" in off["a.hangs"]
    assert "died" in off["b.dies"]
    assert found == 1
