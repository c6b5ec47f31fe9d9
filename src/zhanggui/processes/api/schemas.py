"""Answers of the API. Money: whole minor units of the ``currency`` beside it; null is unknown, never zero."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from zhanggui.processes.api.fields import Id, Utc


class ShopOut(Schema):
    id: Id
    name: str
    channel: str
    currency: str
    zone: str
    is_active: bool


class ShopsOut(Schema):
    items: list[ShopOut]


class TokenOut(Schema):
    name: str
    scopes: list[str]
    shop_ids: list[Id] | None = Field(description="null: every shop of the person")
    expires_at: Utc | None


class MeOut(Schema):
    id: Id
    username: str
    display_name: str
    language: str
    permissions: list[str]
    token: TokenOut | None = Field(description="The token of this request; null for a signed-in browser.")


class OrderOut(Schema):
    id: Id
    shop_id: Id
    shop_name: str
    channel: str
    order_no: str
    status: str | None
    status_raw: str | None
    flags: list[str]
    held: bool
    currency: str
    created_at: Utc | None
    paid_at: Utc | None
    due_at: Utc | None
    shipped_at: Utc | None
    buyer_paid: int | None
    refunded: int | None
    qty: int | None
    line_count: int
    titles: list[str]
    buyer: str | None = Field(description="masked")


class OrdersOut(Schema):
    items: list[OrderOut]
    next_cursor: str = Field(description="empty at the end")
    previous_cursor: str = Field(description="empty at the start")
    as_of: Utc


class LineOut(Schema):
    line_no: str
    title: str | None
    sku_text: str | None
    product_no: str | None
    sku_no: str | None
    outer_product_code: str | None
    outer_sku_code: str | None
    qty: int | None
    unit_list_price: int | None
    unit_price: int | None
    line_amount: int | None
    line_paid: int | None
    paid_share: int | None = Field(description="what the line carries of the order's payment")
    paid_is_shared: bool = Field(description="the share was computed by amount, not stated by the platform")
    status: str | None
    status_raw: str | None
    refunded_amount: int | None
    refunded_qty: int | None
    is_gift: bool | None
    carrier: str | None
    waybill: str | None
    ship_deadline_at: Utc | None
    shipped_at: Utc | None
    source_file_id: Id
    source_row: int


class MomentOut(Schema):
    at: Utc
    kind: str = Field(description="milestone, normal, jump, refused, raw, hold, release or note")
    state_before: str | None
    state_after: str | None
    observed: str | None
    observed_raw: str | None
    line_no: str | None
    text: str
    actor_id: Id | None


class CheckOut(Schema):
    identity: str
    expected: int
    actual: int
    residual: int
    missing: list[str]


class OrderDetailOut(OrderOut):
    parent_order_no: str | None
    close_reason: str | None
    sales_channel: str | None
    payment_method: str | None
    moments: dict[str, Utc | None]
    amounts: dict[str, int | None] = Field(description="every canonical amount, minor units")
    receiver: dict[str, str | None]
    masked: dict[str, str] = Field(description="personal fields, masked")
    checks: list[CheckOut]
    lines: list[LineOut]
    timeline: list[MomentOut]
    blocked_because: list[str] = Field(description="why automatic acts leave this order alone; empty: they do not")
    source_file_id: Id
    source_row: int


class NoteOut(Schema):
    id: Id
    order_id: Id


class HoldOut(Schema):
    order_id: Id
    held: bool


class ContactOut(Schema):
    order_id: Id
    contact: dict[str, str] = Field(description="personal fields in clear; empty when none is kept")


class RefundOut(Schema):
    id: Id
    shop_id: Id
    refund_no: str
    numbered_here: bool = Field(description="the platform gives this refund no number of its own")
    order_no: str | None
    line_no: str | None
    kind: str | None
    stage: str | None
    state: str | None
    state_raw: str | None
    reason: str | None
    qty: int | None
    currency: str
    apply_amount: int | None
    refund_to_buyer: int | None
    refund_to_platform: int | None
    freight_refund: int | None
    refunded: int | None = Field(description="what went back; null unless the refund succeeded")
    applied_at: Utc | None
    agreed_at: Utc | None
    returned_at: Utc | None
    finished_at: Utc | None
    deadline_at: Utc | None
    title: str | None
    outer_sku_code: str | None
    source_file_id: Id
    source_row: int


class RefundsOut(Schema):
    items: list[RefundOut]
    next_cursor: str


class EntryOut(Schema):
    id: Id
    shop_id: Id
    book: str = Field(description="settlement or ledger: they tell the same money twice; never add the two")
    entry_no: str | None
    statement_no: str | None
    order_no: str | None
    line_no: str | None
    refund_no: str | None
    direction: str
    currency: str
    amount: int = Field(description="positive when money came in")
    subject: str
    subject_raw: str | None
    account: str | None
    occurred_at: Utc | None
    settled_at: Utc | None
    balance_after: int | None
    note: str | None
    source_file_id: Id
    source_row: int


class EntriesOut(Schema):
    items: list[EntryOut]
    next_cursor: str


class ErrorOut(Schema):
    code: str
    detail: str = Field(description="one sentence in the reader's language")


class ImportOut(Schema):
    id: Id
    shop_id: Id
    name: str
    sha256: str
    size: int
    channel: str
    kind: str
    profile: str
    encoding: str
    status: str = Field(description="running, done or failed")
    attempts: int
    rejected: int
    residuals: int
    error: ErrorOut | None
    result: dict[str, Any] | None = Field(description="the account of the import, as `zhanggui import --json` gives it")
    observed_at: Utc | None
    started_at: Utc
    finished_at: Utc | None


class ImportsOut(Schema):
    items: list[ImportOut]
    next_cursor: str


class WaitingOut(Schema):
    id: Id
    name: str
    sha256: str
    size: int
    error: ErrorOut
    updated_at: Utc


class WaitingsOut(Schema):
    items: list[WaitingOut]


class RejectOut(Schema):
    row: int = Field(description="physical row, the first of the file being 1")
    sheet: str
    column: str
    value: str
    code: str
    detail: str = Field(description="one sentence in the reader's language")


class RejectsOut(Schema):
    items: list[RejectOut]
    next_cursor: str


class JobOut(Schema):
    id: Id
    kind: str
    title: str
    status: str = Field(description="queued, running, done, failed, lost or cancelled")
    done: int | None
    total: int | None
    percent: int | None
    message: str
    result: dict[str, Any] | None
    created_at: Utc
    started_at: Utc | None
    finished_at: Utc | None
