"""Strategies over the scores of other strategies: formulas, conditions, combinations."""
