"""``zhanggui shop …`` and ``zhanggui user …``."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.foundation.accounts import links, operations, queries
from zhanggui.foundation.accounts.contracts import PersonInfo, ShopInfo
from zhanggui.foundation.accounts.operations import NotFound

app_shop = typer.Typer(no_args_is_help=True, help="List, add and change shops.")
app_user = typer.Typer(no_args_is_help=True, help="People, roles and login links.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
Shop = Annotated[str | None, typer.Option("--shop", help="Name of a shop; all shops when left out.")]


def _out(value: Any, as_json: bool, lines: Sequence[str]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else "\n".join(lines))


def _person(username: str) -> PersonInfo:
    found = queries.person_by_username(username)
    if found is None:
        raise NotFound(username)
    return found


def _shop_id(name: str | None) -> int | None:
    if name is None:
        return None
    found = queries.shop_by_name(name)
    if found is None:
        raise NotFound(name)
    return found.id


def _shop_line(shop: ShopInfo) -> str:
    closed = "" if shop.is_active else f"  ({pgettext('account', 'inactive')})"
    return f"{shop.id}  {shop.name}  {shop.channel}  {shop.currency}  {shop.zone}{closed}"


def _person_line(person: PersonInfo) -> str:
    roles = ", ".join(f"{r.role}@{r.shop_name or '*'}" for r in person.roles) or "–"
    closed = "" if person.is_active else f"  ({pgettext('account', 'inactive')})"
    return f"{person.username}  {person.display_name}  {roles}{closed}"


@app_shop.command("list")
def shop_list(as_json: AsJson = False) -> None:
    """Every shop: number, name, channel, currency, time zone."""
    found = queries.shops(include_inactive=True)
    _out([asdict(s) for s in found], as_json, [_shop_line(s) for s in found])


@app_shop.command("create")
def shop_create(
    name: Annotated[str, typer.Argument(help="Name, as people say it.")],
    channel: Annotated[str, typer.Option("--channel", help="Code of the channel, e.g. taobao.")],
    currency: Annotated[str | None, typer.Option(help="Currency code; that of the channel when left out.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone; that of the channel when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a shop."""
    made = operations.create_shop(name=name, channel=channel, currency=currency, zone=zone)
    _out(asdict(made), as_json, [_shop_line(made)])


@app_shop.command("change")
def shop_change(
    name: Annotated[str, typer.Argument(help="Name as it is now.")],
    new_name: Annotated[str | None, typer.Option("--name", help="New name.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency code.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone.")] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="Whether it still sells.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a shop; what is not given stays."""
    now = queries.shop_by_name(name)
    if now is None:
        raise NotFound(name)
    made = operations.update_shop(
        shop_id=now.id,
        name=new_name or now.name,
        channel=now.channel,
        currency=currency or now.currency,
        zone=zone or now.zone,
        is_active=now.is_active if active is None else active,
    )
    _out(asdict(made), as_json, [_shop_line(made)])


@app_user.command("list")
def user_list(as_json: AsJson = False) -> None:
    """Everybody with their roles (ROLE@shop, * for all shops)."""
    found = queries.people()
    _out([asdict(p) for p in found], as_json, [_person_line(p) for p in found])


@app_user.command("create")
def user_create(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    name: Annotated[str, typer.Option("--name", help="Name to show.")] = "",
    role: Annotated[list[str] | None, typer.Option("--role", help="Role code; repeatable.")] = None,
    shop: Shop = None,
    as_json: AsJson = False,
) -> None:
    """Add a person. The password comes from ZHANGGUI_PASSWORD; without it, make a login link next."""
    shop_id = _shop_id(shop)
    made = operations.create_user(
        username=username, display_name=name, password=os.environ.get("ZHANGGUI_PASSWORD") or None
    )
    for code in role or ():
        made = operations.grant_role(user_id=made.id, role=code.upper(), shop_id=shop_id)
    _out(asdict(made), as_json, [_person_line(made)])


@app_user.command("role")
def user_role(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, typer.Argument(help="Role code, e.g. OPS.")],
    shop: Shop = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give a role, or take it away."""
    person = _person(username)
    change = operations.revoke_role if revoke else operations.grant_role
    made = change(user_id=person.id, role=role.upper(), shop_id=_shop_id(shop))
    _out(asdict(made), as_json, [_person_line(made)])


@app_user.command("link")
def user_link(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    minutes: Annotated[int, typer.Option(min=1, max=14 * 24 * 60, help="How long the link works.")] = 30,
    site: Annotated[str, typer.Option("--site", help="Address of this installation.")] = "http://127.0.0.1:8000",
    as_json: AsJson = False,
) -> None:
    """A link that signs the person in once; earlier links stop working."""
    person = _person(username)
    made = operations.create_login_link(user_id=person.id, ttl=timedelta(minutes=minutes))
    address = site.rstrip("/") + links.path(made.secret)
    _out({"url": address, "expires_at": made.expires_at}, as_json, [address])


@app_user.command("close")
def user_close(username: Annotated[str, typer.Argument(help="Name to sign in with.")], as_json: AsJson = False) -> None:
    """Deactivate a person: sessions, tokens and links stop at once."""
    made = operations.deactivate_user(user_id=_person(username).id)
    _out(asdict(made), as_json, [_person_line(made)])


@app_user.command("open")
def user_open(username: Annotated[str, typer.Argument(help="Name to sign in with.")], as_json: AsJson = False) -> None:
    """Let a deactivated person in again."""
    made = operations.activate_user(user_id=_person(username).id)
    _out(asdict(made), as_json, [_person_line(made)])


@app_user.command("reset-factor")
def user_reset_factor(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")], as_json: AsJson = False
) -> None:
    """Remove the second factor of a person who lost the device."""
    count = operations.reset_second_factor(user_id=_person(username).id)
    _out({"removed": count}, as_json, [_("Removed: %(count)d") % {"count": count}])


@app_user.command("unlock")
def user_unlock(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")], as_json: AsJson = False
) -> None:
    """Let a person try again at once after too many wrong passwords."""
    from axes.utils import reset

    count = reset(username=_person(username).username)
    _out({"removed": count}, as_json, [_("Removed: %(count)d") % {"count": count}])
