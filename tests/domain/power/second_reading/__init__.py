"""Formulas of Snapshot's strategies, written a second time in doubles, on drawn parameters and answers."""
