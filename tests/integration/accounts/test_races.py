"""Two processes at once: one link lets one in, one shop is made, the last manager stays."""

from __future__ import annotations

import pytest

from homes import homes

pytestmark = [pytest.mark.data, pytest.mark.races]

_SET_UP = """
from zhanggui.foundation.accounts import operations
for name in ("a", "b"):
    person = operations.create_user(username=name)
    operations.grant_role(user_id=person.id, role="OWN")
print(operations.create_login_link(user_id=person.id).secret)
"""
_USE = """
import sys
from zhanggui.foundation.accounts import operations
try:
    print(operations.use_login_link(secret=sys.argv[1]))
except operations.LinkInvalid:
    print("refused")
"""
_ENSURE = """
from zhanggui.foundation.accounts import operations
print(operations.ensure_shop(name="旗舰店", channel="taobao").id)
"""
_LEAVE = """
import sys
from zhanggui.foundation.accounts import operations, queries
try:
    operations.revoke_role(user_id=queries.person_by_username(sys.argv[1]).id, role="OWN")
    print("left")
except operations.LastManager:
    print("stays")
"""


def _at_once(home, *runs):
    at_work = [home.start(*run) for run in runs]
    answers = [p.communicate(timeout=120) for p in at_work]
    assert [err for _out, err in answers] == [""] * len(runs)
    return sorted(out.strip() for out, _err in answers)


def test_of_several_at_once_one_succeeds(tmp_path):
    with homes(tmp_path) as make:
        home = make("home").migrate()
        secret = home.run(_SET_UP).strip()
        used = _at_once(home, *[(_USE, secret)] * 4)
        assert used.count("refused") == 3
        assert len(set(_at_once(home, *[(_ENSURE,)] * 4))) == 1
        assert _at_once(home, (_LEAVE, "a"), (_LEAVE, "b")) == ["left", "stays"]
