"""What is wrong with inputs in words, by capability; `bot/domain/shared/errors/faults` has the facts."""
