"""The pages for members' wallets and for the owners of contract wallets."""
