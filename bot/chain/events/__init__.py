"""Reading the events of contracts: ranges of blocks, checks of what comes, and endpoints that must agree."""
