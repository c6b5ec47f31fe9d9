"""What Amazon's money rows pay for."""

from __future__ import annotations

from typing import Final

import polars as pl

#: amount description (V2), price, fee or promotion type (V1) → subject. Amazon publishes no complete list: what is not
#: here becomes ``other`` with its own text kept.
DESCRIPTIONS: Final = {
    "Principal": "goods_receipt",
    "GiftWrap": "goods_receipt",
    "Goodwill": "goods_refund",
    "RestockingFee": "goods_refund",
    "Shipping": "freight",
    "ExportCharge": "freight",
    "Tax": "tax",
    "ShippingTax": "tax",
    "GiftWrapTax": "tax",
    "TaxAmount": "tax",
    "TaxDiscount": "tax",
    "Commission": "commission",
    "RefundCommission": "commission",
    "DigitalServicesFee": "tech_fee",
    "VariableClosingFee": "tech_fee",
    "FixedClosingFee": "tech_fee",
    "SalesTaxServiceFee": "tech_fee",
    "Subscription Fee": "tech_fee",
    "Cost of Advertising": "ads",
    "LightningDealFee": "ads",
    "CouponRedemptionFee": "ads",
    "FBAPerUnitFulfillmentFee": "logistics",
    "FBAPerOrderFulfillmentFee": "logistics",
    "FBAWeightBasedFee": "logistics",
    "FBATransportationFee": "logistics",
    "FBAInboundTransportationFee": "logistics",
    "FBACustomerReturnPerUnitFee": "logistics",
    "Multi-Channel Fulfillment Brand-Neutral Box Fee": "logistics",
    "GiftwrapChargeback": "logistics",
    "ShippingChargeback": "logistics",
    "ShippingHB": "logistics",
    "ReturnShipping": "logistics",
    "Shipping label purchase": "logistics",
    "Storage Fee": "logistics",
    "StorageRenewalBilling": "logistics",
    "DisposalComplete": "logistics",
    "RemovalComplete": "logistics",
    "LowInventoryLevelFee": "logistics",
    "WAREHOUSE_DAMAGE": "compensation",
    "WAREHOUSE_DAMAGE_EXCEPTION": "compensation",
    "WAREHOUSE_LOST": "compensation",
    "MISSING_FROM_INBOUND": "compensation",
    "REVERSAL_REIMBURSEMENT": "compensation",
    "Refund Reimbursal": "compensation",
    "FBA Inventory Reimbursement - Customer Return": "compensation",
    "Current Reserve Amount": "transfer_deposit",
    "Previous Reserve Amount Balance": "transfer_deposit",
    "Payable to Amazon": "transfer_deposit",
    "Successful charge": "transfer_topup",
    "Micro Deposit": "transfer_withdrawal",
    "Failed Disbursement": "transfer_withdrawal",
    "Transfer": "transfer_withdrawal",
}


def subject(description: str, transaction_type: str) -> pl.Expr:
    """Subject of a row by its description, else by its transaction type; refunded goods are told from sold ones."""
    text = pl.col(description)
    known = text.replace_strict(DESCRIPTIONS, default=None, return_dtype=pl.String)
    by_type = pl.col(transaction_type).replace_strict(DESCRIPTIONS, default=None, return_dtype=pl.String)
    found = (
        pl.when(text.str.starts_with("MarketplaceFacilitator"))
        .then(pl.lit("tax"))
        .otherwise(pl.coalesce(known, by_type, pl.lit("other")))
    )
    refund = pl.col(transaction_type).str.contains(r"^(Refund|Chargeback Refund|A-to-z Guarantee Refund)")
    return pl.when(refund.fill_null(False) & (found == "goods_receipt")).then(pl.lit("goods_refund")).otherwise(found)
