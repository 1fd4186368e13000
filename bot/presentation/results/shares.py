"""A share as people read it: a percentage, or words where it is near one half."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.shared.amounts import percent
from bot.presentation.catalogue.messages import gettext as _


def share(part: int | Fraction, whole: int | Fraction, *, beside: Fraction | None = None) -> str:
    """Return a share as a percentage; near one half it says in words on which side, if it is not exactly half.

    Rounding never moves it across the share `beside`.
    """
    text = percent(part, whole, beside=beside)
    digits = text.removesuffix(" %")
    if digits == "50" and 2 * part != whole:
        return _("just over half") if 2 * part > whole else _("just under half")
    if whole and "." in digits and len(digits.split(".")[1]) > 1 and digits.startswith(("49.", "50.")):
        if 2 * part > whole:
            return _("just over half ({share})", share=text)
        return _("just under half ({share})", share=text)
    return text
