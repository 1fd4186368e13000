"""Health, backups, locks and integrity of the database."""
