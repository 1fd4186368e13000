"""What anybody may check: the log, results and their bundles, what is stored on a person."""
