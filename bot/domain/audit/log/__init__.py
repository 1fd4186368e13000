"""The log of decisions: its entries, its file, and how it is held against what is stored."""
