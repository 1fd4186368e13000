"""What is wrong with inputs, in words by capability, as `bot/domain/shared/errors/faults` has the facts."""
