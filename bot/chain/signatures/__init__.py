"""Who signed: keys by recovery, contracts by asking them."""
