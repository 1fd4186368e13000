"""What README and docs say is so: each command, setting, link, path, table and example is compared or run."""
