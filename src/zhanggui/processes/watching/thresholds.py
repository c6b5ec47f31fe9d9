"""Every threshold of the watchers, with its reason. A threshold is data: change it here and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

# --- parcels
#: Nobody calls a parcel late that a buyer may still be confirming: platforms confirm by themselves after 10 days.
PARCEL_LEAST: Final = timedelta(days=10)
#: Of the shop's own parcels 99 in 100 arrived sooner than this share of them; two days on top for a slow one.
PARCEL_QUANTILE: Final = Decimal("0.99")
PARCEL_EXTRA: Final = timedelta(days=2)
#: Without so many arrived parcels the shop's own time is a guess, and this fixed time is used.
PARCEL_SAMPLE: Final = 30
PARCEL_UNKNOWN: Final = timedelta(days=15)
#: What is older was lost long ago and is settled or written off.
PARCEL_OLDEST: Final = timedelta(days=60)

# --- refunds and returns by product: the last week against the four weeks before it
SPIKE_DAYS: Final = 7
SPIKE_BASE_DAYS: Final = 28
#: One product in a thousand looks by luck as if it were worse at three standard errors.
SPIKE_Z: Final = 3.0
#: The rate must be half as much again, even when many sales make a small change certain.
SPIKE_RATIO: Final = Decimal("1.5")
#: Fewer refunds than this are answered one by one.
SPIKE_LEAST: Final = 5
#: From this share of goods sent back on, it is told as returns.
RETURN_SHARE: Final = Decimal("0.7")

# --- sales
#: Three whole days: one is luck, seven are a week too late.
DROP_DAYS: Final = 3
#: The same weekdays of so many weeks; the median one is the base, so that one festival does not move it.
DROP_WEEKS: Final = 4
DROP_RATIO: Final = Decimal("0.6")
#: Orders missing, in standard deviations of a Poisson count.
DROP_Z: Final = 4.0
#: A shop below this many orders in the base is told nothing: it varies too much.
DROP_LEAST: Final = 20

# --- steps from visitor to payer
FUNNEL_DAYS: Final = 3
FUNNEL_BASE_DAYS: Final = 28
FUNNEL_RATIO: Final = Decimal("0.6")
FUNNEL_Z: Final = 3.0
#: People at the step before, in the days judged.
FUNNEL_LEAST: Final = 100

# --- adverts
ADVERT_DAYS: Final = 14
#: Clicks below this are still learning; platforms say the same of their own bidding.
ADVERT_CLICKS: Final = 100
#: A loss below this share of what the shop spends is noise.
ADVERT_SHARE: Final = Decimal("0.02")
#: Spend of so many days counts for goods that are sold out now.
SOLD_OUT_DAYS: Final = 3

# --- sources of visitors
SOURCE_DAYS: Final = 14
SOURCE_SHARE: Final = Decimal("0.7")
SOURCE_HHI: Final = Decimal("0.5")
SOURCE_LEAST: Final = 200

# --- risk of an order (F62): points, and from how many on a person must look
RISK_HOLD: Final = 60
RISK_AMOUNT: Final = ((10, 40), (5, 20))  # times the shop's median paid order → points
RISK_QTY: Final = (20, 20)
RISK_RETURNS: Final = (3, Decimal("0.5"), 30)  # refunded orders, share of the buyer's orders, points
RISK_RUSH: Final = (5, 25)  # orders of one buyer within a day
RISK_ADDRESS: Final = (Decimal("0.9"), 20)  # district missing where so many orders of the shop have one
RISK_PATTERN: Final = (8, 25)  # orders of one product into one district within an hour
RISK_COD: Final = (3, 15)  # cash on delivery of so many medians
RISK_HISTORY_DAYS: Final = 90

# --- money that did not come
PAYOUT_AFTER: Final = timedelta(days=15)
PAYOUT_OLDEST: Final = timedelta(days=90)
#: A shop whose statements know fewer of its finished orders sends other statements than these.
PAYOUT_KNOWN: Final = Decimal("0.8")
PAYOUT_SAMPLE: Final = 20
#: Statements of a shop mean one amount: the one that fits so many of its orders.
DIFFERS_FIT: Final = Decimal("0.9")
#: Rounding of shares between lines.
DIFFERS_MINOR: Final = 5

# --- sales that look bought
BRUSH_DAYS: Final = 14
#: One buyer, one product, single pieces: five orders within a week are no household.
BRUSH_ORDERS: Final = 5
BRUSH_WITHIN: Final = timedelta(days=7)
#: Different buyers, one product, one district, within an hour.
BRUSH_BURST: Final = 8

# --- goods that stopped selling
IDLE_DAYS: Final = 14
IDLE_BASE_DAYS: Final = 28
#: So many orders were to be expected in the silent days: at 8 silence is luck in 3 of 10,000 cases.
IDLE_EXPECTED: Final = Decimal(8)

# --- prices across shops
PRICE_DAYS: Final = 14
#: Away from the shop's own usual distance to the others: a shop that is cheaper on everything is so on purpose.
PRICE_AWAY: Final = Decimal("0.25")
PRICE_PIECES: Final = 5
