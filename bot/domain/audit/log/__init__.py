"""The log of decisions: its entries, its file, and the comparison with the stored rows."""
