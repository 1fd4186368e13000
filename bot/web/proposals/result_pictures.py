"""What a page says of the picture of a result, for programs that show links."""

from __future__ import annotations

from bot.presentation.pictures.pen import SCALE
from bot.presentation.pictures.result_alt import result_alt
from bot.presentation.pictures.result_bars import WIDTH
from bot.presentation.pictures.result_image import height
from bot.presentation.pictures.result_picture import ResultPicture
from bot.web.shared.public_head import Picture


def shown_at(address: str, picture: ResultPicture) -> Picture:
    """Return what a page says of a picture that stands at an address."""
    return Picture(address=address, width=WIDTH * SCALE, height=height(picture) * SCALE, alt=result_alt(picture))
