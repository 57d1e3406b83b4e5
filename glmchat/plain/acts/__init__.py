"""What each slash command of the line mode does: the chat and what follows the command in, a sentence out."""
