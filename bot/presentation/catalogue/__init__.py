"""A catalogue of the sentences that people read: English in the code, each other language in a file of its own."""
