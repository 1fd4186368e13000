"""Measures the bot beside its peers: `python -m tests.benchmarks` prints one table of ratios."""
