"""What lets anyone check us: one form for every value, its content identifier, hash chains and Merkle trees."""
