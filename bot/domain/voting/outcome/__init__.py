"""What a tally decides, by which rule, and how that is said."""
