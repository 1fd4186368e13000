"""An embedded Ethereum chain: blocks, calls, JSON-RPC, and the DAO's contracts on it."""
