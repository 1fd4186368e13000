"""Strategies over what other strategies give: formulas, conditions, combinations."""
