"""The engine, its connections, and how transactions become durable."""
