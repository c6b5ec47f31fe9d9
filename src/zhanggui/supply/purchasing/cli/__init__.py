"""Commands of buying."""

from zhanggui.supply.purchasing.cli.buying import app
from zhanggui.supply.purchasing.cli.formulas import formulas_app

__all__ = ["app", "formulas_app"]
