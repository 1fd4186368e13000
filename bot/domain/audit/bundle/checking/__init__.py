"""What holds of a bundle, by itself and against its log."""
