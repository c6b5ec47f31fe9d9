"""Money is told twice, order by order in statements and movement by movement in wallets: every layout says which."""

from __future__ import annotations

from zhanggui.kernel import records
from zhanggui.trade.channels.platforms import PROFILES

#: Layouts that show how the balance of an account moved. All other money files say what an order earned.
MOVEMENTS = {
    "alipay-ledger",
    "qianniu-entries",
    "pinduoduo-ledger",
    "douyin-wallet",
    "kuaishou-ledger",
    "xiaohongshu-wallet",
    "wechat-ledger",
    "shopify-payouts",
}


def test_account_movements_and_statements_are_told_apart() -> None:
    assert {p.name for p in PROFILES if p.kind == "ledger"} == MOVEMENTS


def test_every_file_without_orders_holds_refunds_or_figures_or_names_its_book() -> None:
    other = {"refunds", "visits", "ads", *records.BOOKS}
    assert {p.kind for p in PROFILES if p.grain == "none"} == other
    assert not {p.kind for p in PROFILES if p.grain != "none"} & other
