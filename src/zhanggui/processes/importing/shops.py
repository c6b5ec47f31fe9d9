"""Which shop a file belongs to: told, chosen, new, or refused in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.kernel import records
from zhanggui.processes.importing.contracts import ImportResult
from zhanggui.processes.importing.spool import Spool
from zhanggui.trade.channels.contracts import FileFacts, Unreadable
from zhanggui.trade.channels.reading.opening import OpenedFile
from zhanggui.trade.orders.queries import holding

#: Platforms on which every shop counts its orders from its own start, so that equal numbers prove nothing.
_NUMBERED_PER_SHOP = frozenset({"shopify", "woocommerce", "other"})

#: Id of a shop that is made in the transaction of its first import, so that a failed one leaves no empty shop behind.
PLANNED = 0


@dataclass(frozen=True)
class Rights:
    """What the person who hands a file in may do: import into these shops (None: all), make a new one."""

    shop_ids: frozenset[int] | None = None
    may_add_shop: bool = True

    def may(self, shop: ShopInfo) -> bool:
        return self.shop_ids is None or shop.id in self.shop_ids


EVERYTHING = Rights()


def refuse_wrong_shop(spool: Spool, facts: FileFacts, shop: ShopInfo, result: ImportResult) -> None:
    """Order numbers are unique on a platform: when most of a file's orders already belong to another shop of the
    channel, the wrong shop was chosen."""
    if facts.channel in _NUMBERED_PER_SHOP:
        return
    first = next(spool.parts(), {})
    frame = first.get("orders", first.get("lines"))
    if frame is None:
        return
    sample = frame["order_no"].drop_nulls().unique(maintain_order=True).head(500).to_list()
    elsewhere = holding.shops_holding(channel=facts.channel, order_nos=sample, except_shop_id=shop.id)
    other, count = max(elsewhere.items(), key=lambda item: item[1], default=(0, 0))
    if count * 2 <= len(sample):
        return
    owner = accounts.shop(other)
    owner_name = owner.name if owner else str(other)
    raise Unreadable(
        "wrong_shop",
        f"「{result.file}」里的订单已经属于店铺「{owner_name}」，不是「{shop.name}」；请选对店铺再导入。",
        f"The orders in “{result.file}” already belong to the shop “{owner_name}”, not “{shop.name}”; "
        "choose the right shop and import again.",
        shop_ids=[other],
        channel=facts.channel,
    )


def shop_of_name(name: str | None, channel: str | None, rights: Rights, shown: str) -> ShopInfo | None:
    """The shop of this name; a new one when the channel is known; None when the file must tell."""
    if not name:
        return None
    shop = accounts.shop_by_name(name)
    if shop is None:
        if channel:
            return _new_shop(name, channel, rights, shown)
        return None
    if not rights.may(shop):
        raise _no_such_shop(name, shown)
    if channel and shop.channel != channel:
        wanted, got = records.CHANNELS[channel], records.CHANNELS[shop.channel]
        raise Unreadable(
            "wrong_channel",
            f"店铺「{shop.name}」是{got.name_zh}的，不是{wanted.name_zh}的。",
            f"The shop “{shop.name}” is on {got.name_en}, not on {wanted.name_en}.",
            channel=channel,
        )
    return shop


def _new_shop(name: str, channel: str, rights: Rights, shown: str) -> ShopInfo:
    """A shop to be made together with its first file."""
    if not rights.may_add_shop:
        raise _no_such_shop(name, shown)
    home = records.CHANNELS[channel]
    return ShopInfo(PLANNED, " ".join(name.split()), channel, home.currency, home.zone)


def _no_such_shop(name: str, shown: str) -> Unreadable:
    return Unreadable(
        "no_such_shop",
        f"没有您可以导入的店铺「{name}」；请为「{shown}」另选店铺。",
        f"There is no shop “{name}” into which you may import; choose another one for “{shown}”.",
    )


def choose_shop(opened: OpenedFile, shown: str, wanted: str | None, rights: Rights) -> ShopInfo:
    """A new shop of the wanted name, else the only shop of the file's channel, or a first one named after the
    channel; several need a choice."""
    channel = records.CHANNELS[opened.facts.channel]
    if wanted:
        return _new_shop(wanted, channel.code, rights, shown)
    every = [s for s in accounts.shops() if s.channel == channel.code]
    mine = [s for s in every if rights.may(s)]
    if len(every) == 1 and mine:
        return mine[0]
    if not every and rights.may_add_shop:
        return _new_shop(channel.name_zh, channel.code, rights, shown)
    if not mine:
        raise Unreadable(
            "choose_shop",
            f"「{shown}」是{channel.name_zh}的文件，但没有您可以导入的{channel.name_zh}店铺；请管理员添加店铺或授权。",
            f"“{shown}” is a {channel.name_en} file, and there is no {channel.name_en} shop into which you may import; "
            "ask an administrator to add the shop or your right to it.",
            channel=channel.code,
            shop_ids=[],
        )
    names_zh = "、".join(f"「{s.name}」" for s in mine)
    names_en = ", ".join(f"“{s.name}”" for s in mine)
    raise Unreadable(
        "choose_shop",
        f"「{shown}」是{channel.name_zh}的文件，但没有写是哪家店铺；请选择店铺（{names_zh}）。",
        f"“{shown}” is a {channel.name_en} file and does not say of which shop; choose one ({names_en}).",
        channel=channel.code,
        shop_ids=[s.id for s in mine],
    )
