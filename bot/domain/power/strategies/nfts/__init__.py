"""Strategies on NFTs: on given token ids, or on whole collections."""
