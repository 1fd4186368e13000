"""Makes a bundle from a count, and the files in which it is given out."""
