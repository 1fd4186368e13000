"""What every room needs: ids and quantities, addresses, amounts, errors, events of contracts."""
