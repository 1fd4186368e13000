"""The whole life of votes against a model: slow, plain, and written from the promises, not from the code."""
