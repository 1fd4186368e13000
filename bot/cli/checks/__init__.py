"""The checks of `folkmoot check`, one module for each thing that the bot depends on."""
