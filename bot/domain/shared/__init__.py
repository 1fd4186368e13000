"""What every room uses: ids and quantities, addresses, amounts, errors, contract events."""
