"""A first guess at a column mapping by the words of the headers, so that nobody starts from an empty page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from zhanggui.trade.channels.domain.headers import currency_of, normal, without_currency

#: Canonical column → headers people use, best first. Compared after normalising, blanks and underscores left out.
SYNONYMS: Final[dict[str, dict[str, str]]] = {
    "orders": {
        "order_no": "订单编号|订单号|主订单编号|单号|交易号|order no|order number|order id|orderid|invoice no|"
        "invoice number|order",
        "line_no": "子订单编号|子订单号|行号|明细编号|line no|line number|line id|order item id|item id|position",
        "parent_order_no": "父订单编号|原始单号|parent order",
        "status_raw": "订单状态|状态|交易状态|order status|status|state",
        "created_at": "下单时间|创建时间|订单创建时间|订单时间|下单日期|日期|order date|created at|created time|"
        "create time|"
        "order purchase timestamp|purchase date|invoice date|order time|created|date",
        "paid_at": "付款时间|支付时间|订单付款时间|paid at|payment time|paid time|payment date|order approved at",
        "shipped_at": "发货时间|shipped at|ship time|shipping date|dispatch date|order delivered carrier date",
        "delivered_at": "签收时间|送达时间|delivered at|delivery date|order delivered customer date",
        "completed_at": "完成时间|成交时间|确认收货时间|completed at|completion date",
        "cancelled_at": "取消时间|关闭时间|cancelled at|canceled at",
        "updated_at": "更新时间|修改时间|updated at|last modified|modified at",
        "ship_deadline_at": "最晚发货时间|发货截止时间|应发货时间|ship by|ship deadline|shipping limit date",
        "buyer_ref": "买家昵称|买家会员名|买家|客户编号|会员号|客户|客户名称|customer id|customer|buyer|"
        "buyer id|user id|"
        "username|customer email|email",
        "receiver_name": "收货人|收件人|收货人姓名|收件人姓名|recipient|receiver|ship to|shipping name|consignee",
        "receiver_phone": "手机|联系电话|电话|手机号|收件人手机|联系手机|phone|mobile|telephone|phone number",
        "receiver_address": "收货地址|地址|详细地址|address|shipping address",
        "receiver_country": "国家|country|ship country|shipping country",
        "receiver_province": "省份|省|province|region",
        "receiver_city": "城市|市|city|ship city",
        "receiver_district": "区县|区|district",
        "receiver_postcode": "邮编|邮政编码|postcode|zip|zip code|postal code",
        "title": "商品名称|商品标题|宝贝标题|产品名称|品名|标题|product name|product|item name|title|description|item",
        "product_no": "商品id|商品编号|产品编号|product id|item code|asin",
        "sku_no": "skuid|规格编号|variant id|sku id",
        "outer_sku_code": "商家编码|商品编码|sku编码|货号|sku|seller sku|stock code|item number|article number|"
        "product code",
        "sku_text": "规格|商品规格|商品属性|型号|颜色尺码|variation|variant|options|specification",
        "qty": "数量|购买数量|商品数量|件数|销售数量|quantity|qty|units|pieces|quantity ordered",
        "unit_price": "单价|商品单价|价格|售价|成交单价|unit price|price|item price|selling price",
        "unit_list_price": "原价|吊牌价|标价|list price|original price|rrp",
        "line_amount": "金额|商品金额|小计|商品总价|总价|line total|line amount|subtotal|amount|extended price",
        "line_freight_share": "freight value|line freight",
        "freight_amount": "运费|邮费|快递费|shipping|shipping fee|shipping cost|freight|postage",
        "tax_amount": "税费|税额|tax|tax amount|vat",
        "merchant_discount": "优惠金额|折扣|店铺优惠|discount|discount amount|coupon",
        "buyer_paid": "实付金额|实付|订单金额|支付金额|买家实付|实收金额|total|order total|total paid|"
        "payment value|grand total|"
        "total amount|amount paid",
        "refunded_amount": "退款金额|已退款|refunded amount|refund amount|refund",
        "carrier": "快递公司|物流公司|承运商|carrier|shipping company|courier",
        "waybill": "快递单号|物流单号|运单号|tracking number|tracking no|waybill|tracking",
        "warehouse_code": "仓库|发货仓|warehouse",
        "payment_method": "支付方式|付款方式|payment method|payment type",
        "sales_channel": "销售渠道|渠道|来源|channel|source|sales channel",
        "currency": "币种|货币|currency|currency code",
        "buyer_note": "买家留言|买家备注|客户备注|buyer note|customer note|message",
        "seller_note": "卖家备注|商家备注|备注|seller note|note|notes|remark",
    },
    "refunds": {
        "refund_no": "退款编号|退款单号|售后编号|售后单号|退货单号|refund no|refund number|refund id|return id|"
        "rma|case id",
        "order_no": "订单编号|订单号|主订单编号|order no|order number|order id|orderid|order",
        "line_no": "子订单编号|子订单号|line no|order item id",
        "state": "退款状态|售后状态|状态|refund status|return status|status|state",
        "kind": "售后类型|退款类型|类型|refund type|return type|type",
        "reason": "退款原因|售后原因|原因|reason|return reason|refund reason",
        "qty": "退货数量|数量|quantity|qty",
        "apply_amount": "申请金额|申请退款金额|requested amount|claim amount",
        "refund_to_buyer": "退款金额|实退金额|买家退款金额|refund amount|refunded amount|refund|amount",
        "applied_at": "申请时间|退款申请时间|创建时间|requested at|created at|request date|return date|date",
        "finished_at": "完成时间|退款成功时间|退款时间|completed at|refunded at|refund date",
        "return_waybill": "退货物流单号|退货单号|return tracking|return waybill",
        "title": "商品名称|商品标题|product name|title|item",
        "outer_sku_code": "商家编码|sku编码|sku|seller sku",
        "currency": "币种|currency",
    },
    "settlement": {
        "entry_no": "流水号|账务流水号|动账流水号|交易流水号|entry no|transaction id|transaction number|"
        "entry id|reference",
        "statement_no": "结算单号|账单号|结算批次|statement no|settlement id|statement id|payout id",
        "order_no": "订单编号|订单号|业务单号|关联订单号|order no|order number|order id|order",
        "occurred_at": "发生时间|入账时间|交易时间|动账时间|记账时间|日期|时间|occurred at|transaction date|"
        "posted date|date",
        "settled_at": "结算时间|到账时间|settled at|settlement date|payout date",
        "amount_in": "收入金额|收入|收入金额(+元)|贷方|income|credit|money in|deposit",
        "amount_out": "支出金额|支出|支出金额(-元)|借方|expense|debit|money out|withdrawal",
        "amount": "金额|动账金额|发生额|结算金额|amount|net amount|net",
        "direction": "收支方向|动账方向|收支|方向|direction",
        "subject_raw": "业务类型|账务类型|费用项|费用类型|科目|动账场景|类型|fee name|type|transaction type|"
        "description|category",
        "balance_after": "余额|账户余额|balance",
        "account": "账户|资金账户|account",
        "note": "备注|摘要|note|memo|remark|comment",
        "currency": "币种|currency",
    },
}
SYNONYMS["visits"] = {
    "when": "统计日期|日期|时间|统计时间|day|date|period|time",
    "device": "终端|设备|所属终端|device|device category|platform",
    "source_raw": "流量来源|来源|渠道|流量渠道|source|source medium|traffic source|channel|"
    "default channel group|referrer",
    "page": "页面|着陆页|页面路径|page|landing page|page path|url",
    "keyword": "关键词|搜索词|keyword|search term|query",
    "item_no": "商品id|商品编号|宝贝id|product id|item id|asin",
    "sku_no": "sku id|skuid|规格编号|variant id",
    "title": "商品名称|商品标题|宝贝标题|product name|product title|title|item",
    "outer_code": "货号|商家编码|sku|seller sku",
    "impressions": "曝光量|展现量|曝光次数|impressions",
    "clicks": "点击量|点击次数|clicks",
    "visitors": "访客数|访客|独立访客|uv|访问人数|visitors|unique visitors|users|online store visitors|total users",
    "views": "浏览量|pv|页面浏览量|访问量|views|page views|pageviews|screen page views",
    "visits": "访问次数|会话数|会话|sessions|visits|sessions total|online store sessions",
    "bounces": "跳出次数|跳失人数|bounces",
    "bounce_rate": "跳失率|跳出率|bounce rate",
    "dwell_average": "平均停留时长|人均停留时长|平均会话时长|average session duration|avg session duration|"
    "avg time on site",
    "new_visitors": "新访客数|新访客|new visitors|new users",
    "favourite_users": "收藏人数|商品收藏人数",
    "cart_users": "加购人数|加购买家数|商品加购人数|add to cart users|sessions with cart additions",
    "cart_items": "加购件数|加购次数|add to carts",
    "order_buyers": "下单买家数|下单人数",
    "placed_amount": "下单金额",
    "pay_buyers": "支付买家数|成交人数|成交客户数|支付人数|成交买家数|buyers|purchasers|customers",
    "pay_orders": "支付订单数|成交订单数|成交单量|订单数|orders|transactions|purchases|total order items",
    "pay_qty": "支付件数|成交件数|销量|units|units ordered|quantity",
    "paid_amount": "支付金额|成交金额|销售额|revenue|sales|total sales|ordered product sales|purchase revenue|amount",
    "refund_amount": "退款金额|成功退款金额|refunds|refund amount",
    "currency": "币种|货币|currency",
}
SYNONYMS["ads"] = {
    "when": "日期|统计日期|时间|统计时间|day|date|reporting starts|period",
    "account": "账户|账户名称|账户昵称|account|account name",
    "tool_raw": "推广工具|营销场景|场景名字|推广类型|平台|渠道|ad platform|channel|platform|network|campaign type",
    "campaign_no": "计划id|推广计划id|campaign id|campaign no",
    "campaign": "计划名称|计划名字|推广计划|计划|推广名称|campaign|campaign name",
    "unit_no": "单元id|推广单元id|广告组id|ad group id|ad set id|adset id",
    "unit": "单元名称|推广单元|广告组|ad group|ad group name|ad set name|adset name",
    "keyword": "关键词|keyword|search keyword|targeting",
    "creative_no": "创意id|素材id|广告id|ad id|creative id",
    "creative": "创意名称|素材名称|广告名称|ad name|creative name|ad",
    "audience": "人群名称|人群|audience",
    "item_no": "商品id|宝贝id|product id|advertised asin|asin|item id",
    "sku_no": "sku id|触发sku id|推广sku id|advertised sku|sku",
    "title": "商品名称|宝贝名称|product name",
    "window": "转化周期|归因天数|归因窗口|attribution window|attribution setting",
    "view_raw": "效果模型|归因方式|attribution model",
    "impressions": "展现量|展现数|曝光量|展示次数|曝光次数|整体展现次数|impressions|impr|views shown",
    "clicks": "点击量|点击数|点击次数|整体点击次数|clicks|link clicks",
    "spend": "花费|消耗|总花费|总花费(元)|整体消耗|推广费|广告费|spend|cost|amount spent|spent|ad spend|costs",
    "spend_credit": "红包消耗|赠款消耗|优惠券抵扣|coupon spend|credit spend",
    "carts": "总购物车数|加购数|总加购数|add to cart|adds to cart",
    "favourites": "总收藏数|收藏量|收藏数",
    "direct_orders": "直接成交笔数|直接订单行|direct orders",
    "indirect_orders": "间接成交笔数|间接订单行|indirect orders",
    "orders": "总成交笔数|成交笔数|总订单行|成交订单数|整体成交订单数|orders|purchases|7 day total orders (#)|"
    "total orders",
    "direct_amount": "直接成交金额|直接订单金额|direct sales",
    "indirect_amount": "间接成交金额|间接订单金额|indirect sales",
    "attributed_amount": "总成交金额|成交金额|交易额|交易额(元)|总订单金额|整体成交金额|attributed sales|sales|revenue|"
    "purchases conversion value|conv value|conversion value|7 day total sales|total sales",
    "net_amount": "净成交金额|净交易额(元)",
    "new_customers": "成交新客数|下单新客数|new customers",
    "conversions": "转化数|总转化数|conversions|total conversion|results|conv",
    "currency": "币种|货币|currency|account currency|currency code",
}
#: Columns that only reports of visitors, or of adverts, have: two of them tell the kind.
_REPORTS: Final = {
    "ads": ("spend", "impressions", "clicks", "campaign", "campaign_no", "attributed_amount"),
    "visits": ("visitors", "views", "visits", "bounce_rate", "dwell_average", "pay_buyers", "source_raw"),
}
_PERSONAL_WORDS: Final = (
    "手机", "电话", "姓名", "地址", "身份证", "邮箱", "微信", "收货人", "收件人", "昵称",
    "phone", "mobile", "address", "email", "e-mail", "passport", "recipient", "fullname", "firstname", "lastname",
)  # fmt: skip
_MARKS: Final = {
    "refunds": ("refund_no",),
    "settlement": ("amount_in", "amount_out", "balance_after", "direction", "entry_no", "subject_raw"),
}


def _key(header: str) -> str:
    return without_currency(normal(header)).replace("_", "").replace("-", "").replace(".", "")


def suggest(headers: Sequence[str], presets: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The likeliest mapping for a table with these headers: a preset whose headers are all there, else by synonyms.

    The result is complete in form (see :mod:`zhanggui.trade.channels.domain.mapping`) but may miss needed columns:
    ``validate`` says which.
    """
    present = {normal(h) for h in headers}
    for preset in presets:
        if all(normal(str(h)) in present for h in preset["columns"].values()):
            return dict(preset)
    found = {kind: _found(kind, headers) for kind in SYNONYMS}
    kind = "orders"
    for other, marks in _MARKS.items():
        hits = sum(1 for name in marks if name in found[other])
        sells = "unit_price" in found["orders"] or "qty" in found["orders"]
        if (other == "refunds" and hits) or (other == "settlement" and hits >= 2 and not sells):
            kind = other
            break
    if kind == "orders" and "order_no" not in found["orders"]:
        told = {other: sum(1 for name in marks if name in found[other]) for other, marks in _REPORTS.items()}
        if "spend" in found["ads"] and told["ads"] >= 2:
            kind = "ads"
        elif told["visits"] >= 2 and {"visitors", "views", "visits"} & set(found["visits"]):
            kind = "visits"
    columns = found[kind]
    options: dict[str, Any] = {}
    constants: dict[str, str] = {}
    if kind == "orders":
        lines = any(n in columns for n in ("qty", "unit_price", "line_no", "outer_sku_code", "product_no", "sku_no"))
        options["rows"] = "line" if lines else "order"
        if lines and "line_no" not in columns:
            options["line_id"] = "content"
        if not lines:
            columns = {n: h for n, h in columns.items() if n not in _LINE_ONLY}
    currency = currency_of([normal(h) for h in headers])
    if currency is not None and "currency" not in columns:
        constants["currency"] = currency
    taken = set(columns.values())
    hidden = [h for h in headers if h not in taken and any(w in normal(h) for w in _PERSONAL_WORDS)]
    if hidden:
        options["personal"] = hidden
    return {
        "name": "", "channel": "other", "kind": kind, "columns": columns, "constants": constants, "options": options,
    }  # fmt: skip


_LINE_ONLY: Final = ("line_amount", "line_freight_share", "unit_list_price", "sku_text", "waybill", "carrier",
                     "warehouse_code")  # fmt: skip


def _found(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """Canonical column → header. A header serves one column, the one whose synonym comes first in its list."""
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(_key(header), header)
    offers = []
    for order, (name, spellings) in enumerate(SYNONYMS[kind].items()):
        for rank, spelling in enumerate(spellings.split("|")):
            if _key(spelling) in by_key:
                offers.append((rank, order, name, by_key[_key(spelling)]))
    columns: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, name, header in sorted(offers):
        if name not in columns and header not in taken:
            columns[name] = header
            taken.add(header)
    return {name: columns[name] for name in SYNONYMS[kind] if name in columns}
