"""Money identities and shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.trade.orders.domain.amounts import PAID_TERMS, allocate, check_identities

GOLDEN = [
    # goods 199.00, shop coupon 10, platform coupon 20, freight 6 → buyer 175, merchant gets the platform's 20 back
    (
        {"goods_amount": 19900, "merchant_discount": 1000, "platform_discount": 2000, "freight_amount": 600,
         "buyer_paid": 17500, "merchant_receivable": 19500},
        {"buyer_paid": 0, "merchant_receivable": 0},
    ),
    # a manual price change is signed
    ({"goods_amount": 5000, "adjust_amount": -500, "buyer_paid": 4500}, {"buyer_paid": 0}),
    # three fen too much: reported, not forced
    ({"goods_amount": 5000, "buyer_paid": 5003}, {"buyer_paid": 3}),
    # points and a bank coupon are paid by others
    (
        {"goods_amount": 10000, "points_amount": 300, "payment_discount": 200, "buyer_paid": 9500,
         "merchant_receivable": 10000},
        {"buyer_paid": 0, "merchant_receivable": 0},
    ),
    # nothing to compare with
    ({"goods_amount": 5000, "buyer_paid": None}, {}),
    ({"buyer_paid": 5000}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("given_amounts", "residuals"), GOLDEN)
def test_reports_the_residual_of_each_identity(given_amounts: dict[str, int | None], residuals: dict[str, int]) -> None:
    assert {c.identity: c.residual for c in check_identities(given_amounts)} == residuals


def test_names_the_terms_that_were_not_given() -> None:
    (check,) = check_identities({"goods_amount": 100, "buyer_paid": 90})
    assert not check.holds
    assert set(check.missing) == {name for name, _ in PAID_TERMS} - {"goods_amount"}


@given(st.dictionaries(st.sampled_from([n for n, _ in PAID_TERMS]), st.integers(-(10**9), 10**9), min_size=9))
def test_holds_for_whatever_the_terms_add_up_to(terms: dict[str, int]) -> None:
    terms["buyer_paid"] = sum(sign * terms[name] for name, sign in PAID_TERMS)
    assert check_identities(terms)[0].residual == 0


optional = st.none() | st.integers(-5, 10**7)


@given(st.integers(-(10**9), 10**9), st.lists(st.tuples(optional, optional), min_size=1, max_size=12))
def test_shares_add_up_exactly(amount: int, lines: list[tuple[int | None, int | None]]) -> None:
    shares = allocate(amount, [a for a, _ in lines], [q for _, q in lines])
    assert sum(shares) == amount
    assert len(shares) == len(lines)


@pytest.mark.parametrize(
    ("amount", "line_amounts", "quantities", "shares"),
    [
        (100, [2900, 7100], [1, 1], [29, 71]),
        (1000, [0, 500], [5, 1], [0, 1000]),
        (10, [None, None, None], [1, 1, 2], [3, 2, 5]),
        (7, [None, None], [None, None], [4, 3]),
        (-3, [1, 1], [1, 1], [-2, -1]),
    ],
)
def test_weighs_by_amount_then_quantity_then_equally(
    amount: int, line_amounts: list[int | None], quantities: list[int | None], shares: list[int]
) -> None:
    assert allocate(amount, line_amounts, quantities) == shares


def test_refuses_to_share_money_among_nobody() -> None:
    with pytest.raises(ValueError, match="cannot be split"):
        allocate(1, [], [])
