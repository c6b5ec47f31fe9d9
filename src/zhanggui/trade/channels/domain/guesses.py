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
