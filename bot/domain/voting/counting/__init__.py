"""What every voting system counts with: ballots, checks of marks, sums over many ballots at once."""
