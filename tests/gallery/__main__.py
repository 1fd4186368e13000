"""Writes the page: `python -m tests.gallery FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.gallery.page import entries, page

file = Path(sys.argv[1])
file.write_text(page(entries()), encoding="utf-8")
print(file.absolute())
