"""Places goods can be. Suppliers, customers and losses are places too, so that every movement has two sides."""

from __future__ import annotations

from typing import Final

WAREHOUSE, BIN, TRANSIT, QUARANTINE = "warehouse", "bin", "transit", "quarantine"
SUPPLIER, CUSTOMER, LOSS, OPENING = "supplier", "customer", "loss", "opening"

KINDS: Final = (WAREHOUSE, BIN, TRANSIT, QUARANTINE, SUPPLIER, CUSTOMER, LOSS, OPENING)
#: Ours to touch: a balance here never goes below zero.
INTERNAL: Final = frozenset({WAREHOUSE, BIN, TRANSIT, QUARANTINE})
#: What stands here may be promised to a buyer.
SELLABLE: Final = frozenset({WAREHOUSE, BIN})

#: Places every installation has, by code.
STANDARD: Final = {
    "MAIN": WAREHOUSE,
    "QUARANTINE": QUARANTINE,
    "TRANSIT": TRANSIT,
    "SUPPLIER": SUPPLIER,
    "CUSTOMER": CUSTOMER,
    "LOSS": LOSS,
    "OPENING": OPENING,
}
