"""The commands of folkmoot, each thin."""
