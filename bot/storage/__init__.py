"""Facts in one SQLite file (or PostgreSQL): transactions, and a book for each aggregate."""
