"""Announcements: the outbox, announcements of proposals, notices to moderators."""
