"""Three exact ways to share the change of a product over its factors. Replacing one factor at a time while the others
stay in the old period is not among them: its parts do not add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import factorial, prod

#: Digits of the logarithms; the rest goes to the largest part.
_CONTEXT = Context(prec=60)


def shapley(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """The average marginal change of each factor over all n! orders of replacing them; exact, also with zeros.

    ``before``, ``after``: (n_factors,). Returns (n_factors,) effects that add up to the change of the product.
    Three factors: (x1−x0)·[y0z0/3 + (y0z1 + y1z0)/6 + y1z1/3]. The average needs no list of orders: of the others,
    k are already replaced in k!·(n−1−k)! of n! orders, and the products with k replaced are the coefficients of
    ∏(y0 + t·y1).

    >>> [str(e) for e in shapley([Fraction(2), Fraction(3)], [Fraction(4), Fraction(5)])]
    ['8', '6']
    """
    n = len(before)
    weights = [Fraction(factorial(k) * factorial(n - 1 - k), factorial(n)) for k in range(n)]
    effects = []
    for i in range(n):
        coefficients = [Fraction(1)]
        for j in range(n):
            if j != i:
                kept = [c * before[j] for c in coefficients] + [Fraction(0)]
                replaced = [Fraction(0)] + [c * after[j] for c in coefficients]
                coefficients = [a + b for a, b in zip(kept, replaced, strict=True)]
        average = sum((w * c for w, c in zip(weights, coefficients, strict=True)), Fraction(0))
        effects.append((after[i] - before[i]) * average)
    return effects


def chain(before: Sequence[Fraction], after: Sequence[Fraction], order: Sequence[int]) -> list[Fraction]:
    """Chain substitution (连环替代): replace the factors one after the other in ``order`` (positions). Exact, but the
    effects depend on the order, which must be shown with them.

    >>> [str(e) for e in chain([Fraction(2), Fraction(3)], [Fraction(4), Fraction(5)], [0, 1])]
    ['6', '8']
    """
    state = list(before)
    effects = [Fraction(0)] * len(state)
    for i in order:
        was = prod(state, start=Fraction(1))
        state[i] = after[i]
        effects[i] = prod(state, start=Fraction(1)) - was
    return effects


def lmdi(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """LMDI-I, additive: E = L(V1, V0)·ln(x1/x0) with the logarithmic mean L(a,b) = (a−b)/ln(a/b), L(a,a) = a.

    Needs every factor above zero; a zero is never replaced by a small number (the caller puts such a row under
    entered or left). Logarithms are taken to 60 digits; the last difference goes to the largest part, so that the
    effects add up exactly. Source: B. W. Ang, Energy Policy 33 (2005) 867–871.

    >>> [str(e) for e in lmdi([Fraction(2), Fraction(3)], [Fraction(4), Fraction(3)])]
    ['6', '0']
    """
    if any(x <= 0 for x in (*before, *after)):
        raise ValueError("LMDI needs factors above zero")
    v0, v1 = prod(before, start=Fraction(1)), prod(after, start=Fraction(1))
    mean = v1 if v0 == v1 else (v1 - v0) / _ln(v1 / v0)
    effects = [Fraction(0) if a == b else mean * _ln(a / b) for b, a in zip(before, after, strict=True)]
    rest = (v1 - v0) - sum(effects, Fraction(0))
    if rest:
        largest = max(range(len(effects)), key=lambda i: abs(effects[i]))
        effects[largest] += rest
    return effects


def _ln(x: Fraction) -> Fraction:
    quotient = _CONTEXT.divide(Decimal(x.numerator), Decimal(x.denominator))
    return Fraction(_CONTEXT.ln(quotient))
