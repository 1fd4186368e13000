"""Several questions in one request."""
