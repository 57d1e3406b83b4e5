"""Text to blocks to lines, a piece at a time; knows no screen."""
