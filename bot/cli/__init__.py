"""The commands of `folkmoot`. Each parses its arguments, calls what does the work, and prints."""
