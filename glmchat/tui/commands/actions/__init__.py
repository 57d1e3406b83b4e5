"""What the commands do, by subject; each function is named by a row of `glmchat.tui.commands.registry`."""
