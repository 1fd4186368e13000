"""Making a bundle from a count, and the files that it is given out as."""
