"""Who confirms what a node says, wherever it counts."""
