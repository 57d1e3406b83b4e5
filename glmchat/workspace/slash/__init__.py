"""What slash commands do, whoever typed them: a workspace and what follows the command in, a sentence out.

What cannot be done now raises `Refused`. Stands on the other parts of `workspace`; imported by `tui` and `plain`.
"""
