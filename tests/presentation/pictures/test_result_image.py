"""The picture of a result."""

from __future__ import annotations

import io

from hypothesis import given
from PIL import Image

from bot.presentation.pictures.pen import SCALE
from bot.presentation.pictures.result_image import WIDTH, height, result_image
from bot.presentation.pictures.result_picture import ResultPicture
from tests.presentation.pictures.result_pictures import pictures


@given(pictures())
def test_any_result_is_drawn(picture: ResultPicture) -> None:
    file = result_image(picture)
    assert len(file) < 200_000
    drawn = Image.open(io.BytesIO(file))
    assert drawn.size == (WIDTH * SCALE, height(picture) * SCALE)
