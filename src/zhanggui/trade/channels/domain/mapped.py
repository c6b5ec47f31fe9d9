"""Rows of a mapped table to canonical records, as the mapping's options say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from zhanggui.kernel import records
from zhanggui.kernel.money import exponent
from zhanggui.trade.channels.contracts import Reject
from zhanggui.trade.channels.domain import cells
from zhanggui.trade.channels.domain.lines import numbered, shares
from zhanggui.trade.channels.domain.profiles import Context, Tables, identity_residuals, total
from zhanggui.trade.channels.domain.reports import AdRule, VisitRule

#: Unit prices may have more decimals than the currency; they are read to this many.
PRICE_DIGITS: Final = 6
PRICES: Final = ("unit_price", "unit_list_price")

#: Words for states, besides the canonical names themselves.
STATUS_WORDS: Final = {
    "created": ("待付款", "未付款", "等待付款", "unpaid", "pending", "pending payment", "awaiting payment", "new"),
    "paid": ("已付款", "待发货", "未发货", "已支付", "approved", "invoiced", "processing", "unfulfilled", "to ship",
             "awaiting shipment", "awaiting fulfillment"),
    "allocated": ("配货中", "已配货", "备货中", "packed", "ready to ship"),
    "shipped": ("已发货", "待收货", "运输中", "in transit", "dispatched", "fulfilled", "sent"),
    "delivered": ("已签收", "已送达", "received"),
    "completed": ("已完成", "交易成功", "完成", "complete", "done", "finished"),
    "cancelled": ("已取消", "取消", "交易关闭", "已关闭", "canceled", "void", "voided", "unavailable", "failed"),
    "refunding": ("退款中", "售后中", "退货中"),
    "refunded": ("已退款", "退款成功", "已退货", "returned"),
}  # fmt: skip
REFUND_WORDS: Final = {
    "success": ("退款成功", "已退款", "已完成", "完成", "refunded", "completed", "done", "paid"),
    "requested": ("待处理", "申请中", "pending", "open", "new"),
    "refused": ("已拒绝", "拒绝", "rejected", "declined"),
    "withdrawn": ("已撤销", "已取消", "cancelled", "canceled"),
    "closed": ("已关闭",),
}  # fmt: skip
#: Columns of mappings alone that hold words, not amounts.
_WORDED: Final = frozenset({"when", "window", "view_raw"})
_LINE_CONTENT: Final = (
    "product_no", "sku_no", "outer_product_code", "outer_sku_code", "title", "sku_text", "qty", "unit_price",
    "line_amount",
)  # fmt: skip
_ORDER_AMOUNTS: Final = tuple(f.name for f in records.ORDER if f.kind == records.MINOR)
_TYPES: Final = {
    records.TEXT: pl.String(), records.INT: pl.Int64(), records.MINOR: pl.Int64(),
    records.UTC: pl.Datetime("us", "UTC"), records.BOOL: pl.Boolean(), records.DAY: pl.Date(),
}  # fmt: skip


def words(column: str, table: Mapping[str, tuple[str, ...]], own: Mapping[str, str], names: tuple[str, ...]) -> pl.Expr:
    """Raw texts to canonical names: the mapping's own table first, then common words, then the names themselves."""
    known = {name: name for name in names}
    known |= {word: name for name, several in table.items() for word in several}
    known |= {str(k).strip().casefold(): v for k, v in own.items()}
    text = pl.col(column).str.strip_chars().str.to_lowercase()
    found = text.replace_strict(known, default=records.UNKNOWN, return_dtype=pl.String)
    return pl.when(text.is_not_null()).then(found)


@dataclass(frozen=True)
class Rule:
    """How the rows of one mapping are understood. ``names`` are the canonical columns taken from the file."""

    kind: str
    constants: Mapping[str, str]
    options: Mapping[str, Any]
    names: frozenset[str]

    def option(self, name: str, default: str = "") -> str:
        return str(self.options.get(name) or default)

    def own(self, name: str) -> dict[str, str]:
        """A table of the mapping's own words."""
        return {str(k): str(v) for k, v in (self.options.get(name) or {}).items()}

    def build(self, frame: pl.DataFrame, context: Context) -> Tables:
        frame = self._with_constants(frame, context)
        if self.kind == "refunds":
            return self._refunds(frame)
        if self.kind == "settlement":
            return self._settlement(frame)
        if self.kind == "visits":
            return VisitRule().build(frame, context)
        if self.kind == "ads":
            return AdRule(conversion_kind=self.constants.get("conversion_kind", "order")).build(frame, context)
        if self.option("rows", "line") == "order":
            return self._orders(frame, context)
        return self._lines(frame, context)

    def _with_constants(self, frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        """Constants are read like cells, so that a fixed amount or moment means what it would mean in the file."""
        kinds = {f.name: f.kind for table in reversed(records.TABLES.values()) for f in table}
        made = []
        for name, text in self.constants.items():
            raw = pl.Series(name, [text], dtype=pl.String)
            kind = kinds.get(name, records.TEXT if name in _WORDED else records.MINOR)
            if name in PRICES:
                values, _ = cells.scaled(raw, PRICE_DIGITS)
            elif kind == records.MINOR:
                values, _ = cells.to_minor(raw, context.currency)
            elif kind == records.UTC:
                values, _ = cells.to_utc(raw, context.zone)
            elif kind == records.INT:
                values, _ = cells.to_int(raw)
            elif kind == records.BOOL:
                values, _ = cells.to_flag(raw)
            else:
                values = raw
            made.append(pl.lit(values[0], dtype=_TYPES[kind]).alias(name))
        frame = frame.with_columns(made)
        return frame if "currency" in frame.columns else frame.with_columns(currency=pl.lit(context.currency))

    def _state(self, frame: pl.DataFrame) -> pl.DataFrame:
        if "status_raw" not in frame.columns and "status" in frame.columns:
            frame = frame.with_columns(status_raw=pl.col("status"))
        if "status_raw" in frame.columns:
            return frame.with_columns(status=words("status_raw", STATUS_WORDS, self.own("status_map"), records.STATES))
        return frame

    # ---- one row per order -------------------------------------------------------------------------------------

    def _orders(self, frame: pl.DataFrame, context: Context) -> Tables:
        frame = self._state(frame)
        amounts = [n for n in _ORDER_AMOUNTS if n in frame.columns]
        if self.option("order_amounts") != "sum":
            others = [c for c in frame.columns if c not in ("order_no", "row")]
            once = frame.group_by("order_no", maintain_order=True).agg(
                pl.col("row").first(), *[pl.col(n).drop_nulls().first() for n in others]
            )
            return Tables(orders=_receivable(once))
        return Tables(orders=_receivable(_added_up(frame, amounts, context)))

    # ---- one row per line --------------------------------------------------------------------------------------

    def _lines(self, frame: pl.DataFrame, context: Context) -> Tables:
        frame = self._state(_priced(frame))
        frame, rejects = self._signed(frame)
        frame = self._numbered(frame)
        cancelled = self._prefixed("cancel_prefix")
        adjusted = self._prefixed("adjustment_prefix")
        back = cancelled if self.option("cancelled_as", "refund") == "refund" else pl.lit(False)
        if self.option("negative_quantity", "line") == "refund" and "qty" in frame.columns:
            back = back | (pl.col("qty") < 0).fill_null(False)
        refunds = self._refunds_of(frame.filter(back))
        lines = frame.filter(~back)
        no_sale = cancelled | adjusted
        if "qty" in frame.columns:
            no_sale = no_sale | (pl.col("qty") < 0).fill_null(False)
        lines = lines.with_columns(_no_sale=no_sale)
        if lines["_no_sale"].any():
            closed = pl.when(pl.col("_no_sale")).then(pl.lit("closed"))
            lines = lines.with_columns(
                status=closed.otherwise(
                    pl.col("status") if "status" in lines.columns else pl.lit(None, dtype=pl.String)
                ),
                paid_at=pl.when(~pl.col("_no_sale")).then(
                    pl.col("paid_at") if "paid_at" in lines.columns else pl.lit(None, dtype=pl.Datetime("us", "UTC"))
                ),
            )
        lines, residuals = self._paid(lines)
        orders = self._orders_of(lines)
        return Tables(
            orders=orders if len(orders) else None,
            lines=lines if len(lines) else None,
            refunds=refunds if refunds is not None and len(refunds) else None,
            rejects=rejects,
            residuals=residuals,
        )

    def _prefixed(self, option: str) -> pl.Expr:
        prefix = self.option(option)
        return pl.col("order_no").str.starts_with(prefix) if prefix else pl.lit(False)

    def _signed(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
        """Quantities as the file means them; negative ones refused where the mapping says so."""
        if "qty" not in frame.columns:
            return frame, []
        if self.option("quantity_sign") == "negative":
            flipped = [n for n in ("qty", "line_amount") if n in frame.columns and n != "line_amount"]
            frame = frame.with_columns([-pl.col(n) for n in flipped])
            if "line_amount" in frame.columns and "line_amount" not in self.names:
                frame = frame.with_columns(line_amount=-pl.col("line_amount"))
        if self.option("negative_quantity", "line") != "reject":
            return frame, []
        bad = (pl.col("qty") < 0).fill_null(False) & ~self._prefixed("cancel_prefix")
        refused = frame.filter(bad).select("row", "qty").iter_rows()
        return frame.filter(~bad), [Reject(row, "qty", str(qty), "negative_quantity") for row, qty in refused]

    def _numbered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``line_no`` of the file, ``order#value``, or ``order#<content>-<occurrence>``: equal rows all stay."""
        given = "line_no" in frame.columns
        how = self.option("line_id", "unique" if given else "content")
        if given and how == "unique":
            return frame
        if given and how == "within_order":
            return frame.with_columns(line_no=pl.concat_str(["order_no", "line_no"], separator="#"))
        names: list[str] = [n for n in _LINE_CONTENT if n in frame.columns and n not in self.constants]
        return frame.with_columns(line_no=numbered(frame, names or ["order_no"]))

    def _refunds_of(self, rows: pl.DataFrame) -> pl.DataFrame | None:
        """Cancellations as refunds. Which sale they undo is not in the file, so they name no order."""
        if not len(rows):
            return None
        amount = -pl.col("line_amount") if "line_amount" in rows.columns else pl.lit(None, dtype=pl.Int64)
        when = [pl.col(n) for n in ("updated_at", "created_at", "paid_at") if n in rows.columns]
        moment = pl.coalesce(when) if when else pl.lit(None, dtype=pl.Datetime("us", "UTC"))
        kept = [n for n in ("row", "currency", "title", "outer_sku_code") if n in rows.columns]
        return rows.select(
            *kept,
            refund_no=pl.col("line_no"),
            state=pl.lit("success"),
            state_raw=pl.col("order_no"),
            qty=-pl.col("qty") if "qty" in rows.columns else pl.lit(None, dtype=pl.Int64),
            apply_amount=amount,
            refund_to_buyer=amount,
            applied_at=moment,
            finished_at=moment,
        )

    def _paid(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, list[Any]]:
        """What was paid for each line: the file's word, else its share of the order's, else its amount once paid."""
        has = lines.columns
        residuals: list[Any] = []
        if "line_paid" not in has and "buyer_paid" in has:
            weight = pl.col("line_amount") if "line_amount" in has else pl.lit(1)
            lines = lines.with_columns(line_paid=shares(lines, pl.col("buyer_paid"), weight))
        elif "line_paid" not in has and "paid_at" in has and "line_amount" in has:
            off = [n for n in has if n.startswith("line_discount_")]
            net = pl.col("line_amount") - (total(*off).abs().fill_null(0) if off else pl.lit(0))
            net = net + (pl.col("line_freight_share").fill_null(0) if "line_freight_share" in has else pl.lit(0))
            paid = pl.when(pl.col("paid_at").is_not_null()).then(net).otherwise(pl.lit(0))
            lines = lines.with_columns(line_paid=pl.when(~pl.col("_no_sale")).then(paid))
        elif "line_paid" in has and "buyer_paid" in has:
            check = lines.group_by("order_no", maintain_order=True).agg(
                pl.col("row").first(), pl.col("buyer_paid").drop_nulls().first(), pl.col("line_paid").sum()
            )
            residuals = list(
                identity_residuals(check, "buyer_paid = Σ line_paid", pl.col("buyer_paid"), pl.col("line_paid"))
            )
        if "line_paid" in lines.columns and "line_receivable" not in has:
            lines = lines.with_columns(line_receivable=pl.col("line_paid"))
        return lines, residuals

    def _orders_of(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Orders of the lines: cells that repeat count once (or are added up), the rest are sums of the lines."""
        own = {f.name for f in records.ORDER} - {"order_no", "status", "qty", "refunded_amount", "shipped_at"}
        amounts = [n for n in _ORDER_AMOUNTS if n in lines.columns and n in own]
        summed = amounts if self.option("order_amounts") == "sum" else []
        first = [n for n in lines.columns if n in own and n not in summed]

        def known(name: str) -> pl.Expr:
            return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())

        sums = {
            "qty": "qty", "goods_amount": "line_amount", "freight_amount": "line_freight_share",
            "merchant_discount": "line_discount_merchant", "platform_discount": "line_discount_platform",
            "buyer_paid": "line_paid", "merchant_receivable": "line_receivable", "refunded_amount": "refunded_amount",
        }  # fmt: skip
        made = {
            name: known(source).alias(name)
            for name, source in sums.items()
            if source in lines.columns and name not in first and name not in summed
        }
        shipped = [pl.col("shipped_at").max()] if "shipped_at" in lines.columns else []
        orders = lines.group_by("order_no", maintain_order=True).agg(
            pl.col("row").first(),
            *[pl.col(n).drop_nulls().first() for n in first],
            *[known(n).alias(n) for n in summed],
            *made.values(),
            *shipped,
        )
        return _receivable(orders)

    # ---- refunds and money -------------------------------------------------------------------------------------

    def _refunds(self, frame: pl.DataFrame) -> Tables:
        if "state" in frame.columns:
            raw = [] if "state_raw" in frame.columns else [pl.col("state").alias("state_raw")]
            frame = frame.with_columns(
                *raw, state=words("state", REFUND_WORDS, self.own("status_map"), records.REFUND_STATES)
            )
        amounts = [n for n in ("apply_amount", "refund_to_buyer", "refund_to_platform") if n in frame.columns]
        return Tables(refunds=frame.with_columns([pl.col(n).abs() for n in amounts]))

    def _settlement(self, frame: pl.DataFrame) -> Tables:
        """Amounts are signed, in positive. Columns of income and expense, or a direction in words, give the sign."""
        if "amount" not in frame.columns:
            into = pl.col("amount_in") if "amount_in" in frame.columns else pl.lit(None, dtype=pl.Int64)
            out = pl.col("amount_out") if "amount_out" in frame.columns else pl.lit(None, dtype=pl.Int64)
            both = into.fill_null(0) - out.abs().fill_null(0)
            frame = frame.with_columns(amount=pl.when(into.is_not_null() | out.is_not_null()).then(both))
        elif "direction" in frame.columns:
            outgo = pl.col("direction").str.to_lowercase().str.contains(r"支|出|out|debit|expense|withdraw")
            frame = frame.with_columns(
                amount=pl.when(outgo.fill_null(False)).then(-pl.col("amount").abs()).otherwise(pl.col("amount"))
            )
        empty = frame.filter(pl.col("amount").is_null())
        rejects = [Reject(row, "amount", "", "missing") for row in empty["row"]]
        frame = frame.filter(pl.col("amount").is_not_null()).with_columns(
            direction=pl.when(pl.col("amount") < 0).then(pl.lit("out")).otherwise(pl.lit("in"))
        )
        source = next((n for n in ("subject_raw", "subject") if n in frame.columns), None)
        if source is None:
            frame = frame.with_columns(subject=pl.lit("other"))
        else:
            own = {k.strip().casefold(): v for k, v in self.own("subject_map").items()}
            known = {s: s for s in records.SUBJECTS} | own
            text = pl.col(source).str.strip_chars().str.to_lowercase()
            frame = frame.with_columns(
                subject_raw=pl.col(source),
                subject=text.replace_strict(known, default="other", return_dtype=pl.String),
            )
        return Tables(settlement=frame, rejects=rejects)


def _priced(frame: pl.DataFrame) -> pl.DataFrame:
    """``line_amount`` = unit price × quantity, rounded half away from zero to a minor unit (the only rounding here);
    unit prices that are no whole minor units stay unknown beside it."""
    codes = {code: 10 ** (PRICE_DIGITS - exponent(code)) for code in frame["currency"].unique().drop_nulls()}
    per = pl.col("currency").replace_strict(codes, default=10 ** (PRICE_DIGITS - 2), return_dtype=pl.Int128)
    frame = frame.with_columns(_per=per)
    if "unit_price" in frame.columns and "line_amount" not in frame.columns and "qty" in frame.columns:
        exact = pl.col("unit_price").cast(pl.Int128) * pl.col("qty")
        rounded = (exact.abs() + pl.col("_per") // 2) // pl.col("_per")
        frame = frame.with_columns(line_amount=pl.when(exact < 0).then(0 - rounded).otherwise(rounded).cast(pl.Int64))
    for name in PRICES:
        if name in frame.columns:
            whole = pl.col(name) % pl.col("_per") == 0
            frame = frame.with_columns(pl.when(whole).then((pl.col(name) // pl.col("_per")).cast(pl.Int64)).alias(name))
    return frame.drop("_per")


def _receivable(orders: pl.DataFrame) -> pl.DataFrame:
    """Before fees the merchant gets what the buyer paid and what others paid in the buyer's place."""
    if "merchant_receivable" in orders.columns or "buyer_paid" not in orders.columns:
        return orders
    others = ("platform_discount", "creator_discount", "payment_discount", "points_amount")
    parts = [pl.col(n).abs().fill_null(0) for n in others if n in orders.columns]
    return orders.with_columns(merchant_receivable=pl.col("buyer_paid") + pl.sum_horizontal(pl.lit(0), *parts))


def _added_up(frame: pl.DataFrame, amounts: list[str], context: Context) -> pl.DataFrame:
    """Orders whose amounts are spread over rows anywhere in the file.

    What earlier bites held is remembered, so that the last word on an order is always the sum over the whole file.
    """
    others = [c for c in frame.columns if c not in ("order_no", "row", *amounts)]
    here = frame.group_by("order_no", maintain_order=True).agg(
        pl.col("row").first(),
        *[pl.col(n).drop_nulls().first() for n in others],
        *[pl.when(pl.col(n).count() > 0).then(pl.col(n).sum()).alias(n) for n in amounts],
    )
    before: pl.DataFrame | None = context.memory.get("sums")
    if before is not None:
        here = here.join(before, on="order_no", how="left", suffix="_before", maintain_order="left")
        here = here.with_columns(
            *[total(n, f"{n}_before").alias(n) for n in amounts],
            *[pl.coalesce(f"{n}_before", n).alias(n) for n in ("row", *others)],
        ).select("order_no", "row", *others, *amounts)
        kept = before.join(here, on="order_no", how="anti")
        context.memory["sums"] = pl.concat([kept, here.select(kept.columns)])
    else:
        context.memory["sums"] = here
    return here
