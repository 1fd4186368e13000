"""Much at once from one endpoint: in pieces that it takes, and plain calls that prove their block."""
