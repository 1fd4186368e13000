"""The demo's chain keeps what real nodes promise."""
