"""A server with one space, as it answered before there were several."""
