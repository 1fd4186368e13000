"""Facts in one SQLite file (or PostgreSQL): transactions, and a repository for each aggregate."""
