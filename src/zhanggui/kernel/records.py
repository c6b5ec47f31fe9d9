"""The canonical record: the one vocabulary in which every channel's facts reach the ledgers.

``trade.channels`` writes these columns, ``trade.orders``, ``trade.aftersales``, ``trade.settlement``,
``traffic.visits``, ``traffic.ads`` and the exports read them. Column kinds:

``text``   exact text, ids included      ``int``    whole number      ``minor``  money in minor units of ``currency``
``utc``    aware moment in UTC           ``bool``   yes or no        ``day``    business day in the shop's zone

Every column may be null; null means *unknown or not given*, never zero. Personal columns reach the ledger
only through the vault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TEXT, INT, MINOR, UTC, BOOL, DAY = "text", "int", "minor", "utc", "bool", "day"


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical column: its name, kind and whether it is personal data."""

    name: str
    kind: str
    personal: bool = False


def _fields(spec: str) -> tuple[Field, ...]:
    """``name:kind`` or ``name:kind!`` (personal), separated by blanks."""
    found = []
    for item in spec.split():
        name, kind = item.split(":")
        found.append(Field(name, kind.rstrip("!"), kind.endswith("!")))
    return tuple(found)


#: Where a record came from inside its file: physical row number, the first row of the file being 1.
SOURCE: Final = _fields("row:int")

ORDER: Final = _fields(
    """
    order_no:text parent_order_no:text currency:text
    status:text status_raw:text flags:text close_reason:text sales_channel:text
    created_at:utc paid_at:utc ship_deadline_at:utc shipped_at:utc delivered_at:utc completed_at:utc
    cancelled_at:utc updated_at:utc
    goods_list_amount:minor goods_amount:minor freight_amount:minor tax_amount:minor
    merchant_discount:minor platform_discount:minor creator_discount:minor payment_discount:minor
    points_amount:minor adjust_amount:minor buyer_paid:minor merchant_receivable:minor
    refunded_amount:minor cod_amount:minor deposit_paid:minor
    qty:int title:text seller_flag:text creator_id:text payment_method:text
    receiver_country:text receiver_province:text receiver_city:text receiver_district:text
    buyer_ref:text! receiver_name:text! receiver_phone:text! receiver_town:text! receiver_address:text!
    receiver_postcode:text! receiver_cipher:text! buyer_note:text! seller_note:text! invoice_title:text!
    """
)

LINE: Final = _fields(
    """
    line_no:text order_no:text product_no:text sku_no:text outer_product_code:text outer_sku_code:text
    title:text sku_text:text qty:int
    unit_list_price:minor unit_price:minor line_amount:minor
    line_discount_merchant:minor line_discount_platform:minor line_discount_creator:minor line_discount_payment:minor
    line_freight_share:minor line_paid:minor line_receivable:minor
    status:text status_raw:text refund_state:text refund_state_raw:text refunded_amount:minor refunded_qty:int
    is_gift:bool bundle_id:text package_no:text carrier:text waybill:text warehouse_code:text
    ship_deadline_at:utc shipped_at:utc
    """
)

REFUND: Final = _fields(
    """
    refund_no:text order_no:text line_no:text kind:text stage:text state:text state_raw:text reason:text qty:int
    currency:text apply_amount:minor refund_to_buyer:minor refund_to_platform:minor freight_refund:minor
    applied_at:utc agreed_at:utc returned_at:utc finished_at:utc deadline_at:utc
    return_waybill:text responsible:text title:text outer_sku_code:text
    """
)

SETTLEMENT: Final = _fields(
    """
    book:text entry_no:text statement_no:text order_no:text line_no:text refund_no:text direction:text
    currency:text amount:minor subject_raw:text subject:text account:text
    occurred_at:utc settled_at:utc balance_after:minor note:text
    """
)

#: Visitors and what they did, as a platform reports them. ``day`` is null on rows that speak of several days
#: (``first_day`` … ``last_day``); such rows are never spread. ``bounces`` and ``dwell_seconds`` (sum of all stays) are
#: of what ``bounce_unit`` says. Levels, devices and source depths tell the same people again: never add over them.
VISIT: Final = _fields(
    """
    day:day first_day:day last_day:day
    level:text device:text source:text source_raw:text source_depth:int page:text keyword:text
    item_no:text sku_no:text outer_code:text title:text currency:text
    impressions:int impression_users:int clicks:int clickers:int
    visitors:int views:int visits:int bounces:int bounce_unit:text dwell_seconds:int new_visitors:int
    favourite_users:int favourites:int cart_users:int cart_items:int
    order_buyers:int orders:int order_qty:int placed_amount:minor
    pay_buyers:int pay_orders:int pay_qty:int paid_amount:minor new_buyers:int
    refund_amount:minor refund_amount_by_pay:minor
    """
)

#: Advert reports. ``spend`` is real money, ``spend_credit`` what was paid with rebates and coupons. ``grain`` names the
#: columns by which the report splits the spend (``campaign_no+item_no``), ``level`` its finest one. The same spend
#: comes again in every grain, window, view and basis; attributed amounts are read per window, never added over windows.
AD: Final = _fields(
    """
    day:day first_day:day last_day:day
    tool:text tool_raw:text level:text grain:text account:text
    campaign_no:text campaign:text unit_no:text unit:text keyword:text creative_no:text creative:text audience:text
    subject_no:text item_no:text sku_no:text title:text subject_type:text
    window_days:int view:text basis:text currency:text
    impressions:int clicks:int spend:minor spend_credit:minor carts:int favourites:int
    direct_orders:int indirect_orders:int orders:int
    direct_amount:minor indirect_amount:minor attributed_amount:minor
    net_orders:int net_amount:minor new_customers:int conversions:int conversion_kind:text
    """
)

TABLES: Final[dict[str, tuple[Field, ...]]] = {
    "orders": ORDER,
    "lines": LINE,
    "refunds": REFUND,
    "settlement": SETTLEMENT,
    "visits": VISIT,
    "ads": AD,
}

#: How far a line has come. The order of the tuple is the order of advance.
ADVANCE: Final = ("created", "paid", "allocated", "shipped", "delivered", "completed")
SIDE: Final = ("cancelled", "refunding", "refunded", "closed")
#: A status text nobody has mapped yet: kept raw, blocks automatic acts.
UNKNOWN: Final = "unknown"
STATES: Final = (*ADVANCE, *SIDE, UNKNOWN)

FLAGS: Final = ("hold", "partial_ship", "partial_refund", "presale_deposit", "cod", "gift", "split_parent")

REFUND_KINDS: Final = (
    "refund_only", "return_refund", "exchange", "repair", "resend", "price_protect", "reject",
)  # fmt: skip
REFUND_STATES: Final = (
    "requested", "seller_pending", "buyer_return", "returning", "seller_receive", "approved",
    "success", "refused", "withdrawn", "closed", "arbitration", UNKNOWN,
)  # fmt: skip

#: Money is told twice: order by order in statements, movement by movement in wallets. Never add the two.
BOOKS: Final = ("settlement", "ledger")
#: What a settlement entry pays for. Transfers never enter profit and loss.
SUBJECTS: Final = (
    "goods_receipt", "goods_refund", "freight", "platform_subsidy", "creator_subsidy", "commission", "tech_fee",
    "creator_commission", "affiliate_commission", "ads", "insurance", "logistics", "penalty", "compensation",
    "interest", "tax", "transfer_withdrawal", "transfer_topup", "transfer_deposit", "other",
)  # fmt: skip


#: What a row of visits speaks of.
VISIT_LEVELS: Final = ("shop", "item", "sku", "source", "page", "keyword")
#: ``all`` is the platform's own total, in which a person on two devices counts once.
DEVICES: Final = ("all", "pc", "wireless", "app", "mini_program", UNKNOWN)
#: Where visitors come from; what no word tells is ``other``.
SOURCES: Final = ("search", "paid", "recommendation", "live", "video", "social", "affiliate", "direct", "other")
BOUNCE_UNITS: Final = ("visitor", "visit")
#: What an advert report is split by, coarsest first.
AD_LEVELS: Final = ("account", "campaign", "unit", "item", "sku", "creative", "audience", "keyword")
#: Advert tools by code. Names change: what is not listed is kept under ``other`` with its own words in ``tool_raw``.
AD_TOOLS: Final = (
    "zhitongche", "wanxiangtai", "yinlimofang", "zuanzhan", "chaojituijian", "pinxiaobao", "jd_kuaiche", "jd_kuaitou",
    "jd_haitou", "jd_quanzhan", "jd_zhantai", "pdd_search", "pdd_scene", "pdd_quanzhan", "pdd_promotion", "qianchuan",
    "cili", "juguang", "amazon_ads", "facebook", "google", "other",
)  # fmt: skip
#: How an order is credited: after a click, after a view, or either.
AD_VIEWS: Final = ("click", "view", "mixed")
#: Whether a row names what was advertised or what was ordered after it.
AD_BASES: Final = ("advertised", "ordered")


#: Channel codes and the names people know them by (Chinese, English), with currency and time zone defaults.
@dataclass(frozen=True, slots=True)
class Channel:
    code: str
    name_zh: str
    name_en: str
    currency: str
    zone: str


CHANNELS: Final[dict[str, Channel]] = {
    c.code: c
    for c in (
        Channel("taobao", "淘宝/天猫", "Taobao/Tmall", "CNY", "Asia/Shanghai"),
        Channel("jd", "京东", "JD", "CNY", "Asia/Shanghai"),
        Channel("pinduoduo", "拼多多", "Pinduoduo", "CNY", "Asia/Shanghai"),
        Channel("douyin", "抖店", "Douyin", "CNY", "Asia/Shanghai"),
        Channel("kuaishou", "快手小店", "Kuaishou", "CNY", "Asia/Shanghai"),
        Channel("xiaohongshu", "小红书", "Xiaohongshu", "CNY", "Asia/Shanghai"),
        Channel("wechat", "微信小店", "WeChat shop", "CNY", "Asia/Shanghai"),
        Channel("shopify", "Shopify", "Shopify", "USD", "UTC"),
        Channel("woocommerce", "WooCommerce", "WooCommerce", "USD", "UTC"),
        Channel("amazon", "亚马逊", "Amazon", "USD", "UTC"),
        Channel("shopee", "Shopee", "Shopee", "PHP", "Asia/Manila"),
        Channel("lazada", "Lazada", "Lazada", "PHP", "Asia/Manila"),
        Channel("tiktok", "TikTok Shop", "TikTok Shop", "IDR", "Asia/Jakarta"),
        Channel("other", "其他", "Other", "CNY", "Asia/Shanghai"),
    )
}
