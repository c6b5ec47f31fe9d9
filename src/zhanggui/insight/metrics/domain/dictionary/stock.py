# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Stock and supply (M130–M149)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import GROSS, NO_PARTS, m

_STOCK = ("库存台账的每日结存", "daily closing stock from the stock ledger")
_FORECAST = ("库存台账与销量预测", "the stock ledger and a demand forecast")
_COUNTS = ("盘点记录", "stock counts")
_SUPPLIERS = ("采购单与收货记录", "purchase orders and receipts")
_LISTED = ("商品上下架的日子", "the days on which articles were on sale")

METRICS: Final = (
    m("M130", "可用库存", "Available stock", add="S", grain="SKU × warehouse × time", needs=_STOCK, seed="S001 S002",
      formula=("实物 − 占用 − 待检", "on hand − reserved − quarantined")),
    m("M131", "平均库存", "Average stock", add="N", kind="expression", grain="SKU × period", needs=_STOCK, up="none", seed="S002",
      formula=("每日结存的均值", "mean of daily closing stock")),
    m("M132", "库存周转率（成本）", "Turnover, cost", add="R", unit="times", grain="SKU × period", null=NO_PARTS, needs=_STOCK, seed="S002",
      formula=("销货成本 ÷ 平均库存成本", "cost of goods sold ÷ average stock at cost")),
    m("M133", "库存周转率（销售）", "Turnover, sales", add="R", unit="times", grain="SKU × period", null=NO_PARTS, needs=_STOCK, seed="S002",
      formula=("销售额 ÷ 平均库存", "sales ÷ average stock")),
    m("M134", "周转天数", "Days of inventory", add="R", unit="days", grain="SKU × period", null=("没有销售时为空", "empty without movement"), needs=_STOCK, up="bad", seed="S002",
      formula=("期内天数 ÷ 同期周转率", "days of the period ÷ its turnover")),
    m("M135", "库存可售天数", "Days of cover", add="R", unit="days", grain="SKU × day", null=("需求为 0 时为空，不是无穷大", "empty when demand is 0, not infinite"), needs=_FORECAST, up="none", seed="S000 S002",
      formula=("可用库存 ÷ 预测日需求", "available ÷ forecast daily demand")),
    m("M136", "库存覆盖率", "Coverage ratio", add="R", unit="percent", grain="category × horizon", null=NO_PARTS, needs=_FORECAST, seed="S000",
      formula=("（可用 + 期内到货）÷ 期内预测需求", "(available + inbound due) ÷ forecast demand of the horizon")),
    m("M137", "售罄率", "Sell-through", add="R", unit="percent", grain="style × season", null=NO_PARTS, needs=_STOCK,
      formula=("售出件数 ÷（期初 + 到货）", "units sold ÷ (opening stock + received)")),
    m("M138", "动销率", "Moving-SKU rate", add="R", unit="percent", grain="shop × 30 d", null=NO_PARTS, needs=_LISTED,
      formula=("有付款件数的 SKU ÷ 在售 SKU", "SKUs with a paid unit ÷ SKUs on sale in the period")),
    m("M139", "滞销库存金额", "Slow stock value", add="S", unit="money", grain="shop × day", needs=_STOCK, up="bad", seed="S002",
      formula=("可售超过 90 天或 30 天无销售的 SKU 的成本合计", "cost of SKUs with cover above 90 days or no sale for 30 days")),
    m("M140", "缺货率", "Stock-out rate", add="R", unit="percent", grain="category × period", null=NO_PARTS, needs=_STOCK, up="bad", seed="S001 S002",
      formula=("在售但可用为 0 的 SKU 日 ÷ 在售 SKU 日", "SKU-days at 0 while on sale ÷ SKU-days on sale")),
    m("M141", "超卖订单数", "Oversold orders", add="A", grain="shop × day", needs=("库存台账的占用结果", "allocations from the stock ledger"), up="bad", seed="S000",
      formula=("付款后无法分配库存的订单", "paid orders that cannot be allocated")),
    m("M142", "GMROI", "GMROI", add="R", unit="times", grain="SKU × period", null=NO_PARTS, needs=_STOCK,
      formula=("毛利 ÷ 平均库存成本", "gross profit ÷ average stock at cost")),
    m("M143", "满足率", "Fill rate", add="R", unit="percent", grain="warehouse × day", null=NO_PARTS, needs=("仓库的发货记录", "shipments of the warehouse"),
      formula=("首次发货即发齐的件（行、单）÷ 订购件（行、单）", "units (lines, orders) complete on the first shipment ÷ ordered")),
    m("M144", "库存准确率", "Stock accuracy", add="R", unit="percent", grain="warehouse × count", null=NO_PARTS, needs=_COUNTS, seed="S001",
      formula=("账实相符的货位 ÷ 盘点货位", "locations with count = book ÷ counted")),
    m("M145", "安全库存", "Safety stock", add="N", kind="expression", grain="SKU", needs=_FORECAST, up="none", seed="S000 S001",
      formula=("z·√(L·σ_d² + d²·σ_L²)", "z·√(L·σ_d² + d²·σ_L²)")),
    m("M146", "补货点", "Reorder point", add="N", kind="expression", grain="SKU", needs=_FORECAST, up="none", seed="S001 S002",
      formula=("日需求 × 提前期 + 安全库存", "daily demand × lead time + safety stock")),
    m("M147", "预测误差 WAPE", "Forecast error", add="R", unit="percent", grain="category × horizon", null=NO_PARTS, needs=("保存过的销量预测", "stored forecasts"), up="bad", seed="S000",
      formula=("Σ|实际 − 预测| ÷ Σ实际", "Σ|actual − forecast| ÷ Σactual")),
    m("M148", "供应商准时率", "Supplier on-time rate", add="R", unit="percent", grain="supplier × quarter", null=NO_PARTS, needs=_SUPPLIERS, seed="S000 S002",
      formula=("准时到货行 ÷ 采购行", "on-time lines ÷ lines")),
    m("M149", "单品集中度（A 类占比）", "Sales concentration (class A)", add="R", kind="expression", unit="percent", grain="shop × period", tables=("lines",), refunds=GROSS, null=NO_PARTS, up="none", seed="S004",
      formula=("累计支付金额达到 80% 所需的最少商品数 ÷ 有销售的商品数", "fewest articles whose paid amounts reach 80 % ÷ articles sold")),
)  # fmt: skip
