"""Ballots and the power behind them."""
