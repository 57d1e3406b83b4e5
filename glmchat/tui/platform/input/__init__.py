"""What a terminal sends, read: bytes in any cuts become tokens. Nothing here knows Textual."""
