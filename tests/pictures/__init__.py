"""The pictures of README and docs, taken from the demo anew by `make pictures`."""

from pathlib import Path

IMAGES = Path(__file__).parents[2] / "docs" / "images"
