"""What the voting systems count with: ballots in columns, and fast sums over many of them."""
