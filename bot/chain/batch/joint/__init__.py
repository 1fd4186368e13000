"""Several questions in one request: as few requests for many contracts as for one."""
