"""What anybody may verify: the log, results and their bundles, what is stored about a person."""
