"""Reading bundles from untrusted sources."""
