"""What visitors of the demo's page meet besides the bot: commands, a wallet, a tour."""
