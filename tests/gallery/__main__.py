"""Writes the page: `python -m tests.gallery FILE`, or of some rooms alone, by their names: `... FILE voting`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.gallery.page import entries, page

file = Path(sys.argv[1])
file.write_text(page(entries(sys.argv[2:])), encoding="utf-8")
print(file.absolute())
