"""One form for every value, its content identifier, and Merkle trees."""
