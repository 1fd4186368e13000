"""How large scores are damped: above a threshold they grow by a power, below it in proportion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from bot.domain.power.exact_numbers import fraction, power
from bot.domain.power.strategy_params import read_number, wrong
from bot.domain.shared.errors.faults.strategies import ParamFlaw

PLACES = 10
"""Places that a damped score has more than the score, which has 18 at least then."""
_USUAL = {"threshold": 1625, "inflectionPoint": 6500, "exponent": 0.5}
"""What holds where nothing, or nothing positive, is given."""


def read_damping(held: object) -> dict[str, object]:
    """Read `antiWhale`. Raises InvalidInput."""
    if not isinstance(held, dict):
        raise wrong("antiWhale", ParamFlaw.DAMPING_NOT_AN_OBJECT)
    damping: dict[str, object] = {}
    for name, default in _USUAL.items():
        value = read_number(f"antiWhale {name}", default if held.get(name) is None else held[name], signed=True)
        damping[name] = value if fraction(value) > 0 else default
    return damping


def damper(damping: Mapping[str, object]) -> Callable[[Fraction], Fraction]:
    """Return the function that damps: I x (score / I) ^ exponent above the threshold, in proportion below it.

    Its results are known to many digits, not exactly.
    """
    numbers = {name: fraction(str(damping[name])) for name in _USUAL}
    threshold, exponent = numbers["threshold"], min(Fraction(1), numbers["exponent"])
    inflection = max(threshold, numbers["inflectionPoint"])
    slope = inflection * power(threshold / inflection, exponent) / threshold

    def damp(score: Fraction) -> Fraction:
        return inflection * power(score / inflection, exponent) if score > threshold else score * slope

    return damp
