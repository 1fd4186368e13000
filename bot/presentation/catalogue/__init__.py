"""The sentences that people read, in a catalogue: English in the code, any other language in a file of its own."""
