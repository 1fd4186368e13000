"""Proposals, ballots, power, tallies and funding: plain values and rules, no clock and no I/O."""
