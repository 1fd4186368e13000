"""What several commands need: settings, logs without secrets, nodes that a command line names."""
