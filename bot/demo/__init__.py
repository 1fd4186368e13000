"""The demo: a simulated Discord in the browser and an embedded EVM chain, with a small invented DAO."""
