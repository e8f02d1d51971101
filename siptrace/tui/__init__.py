"""The terminal application. The only door to Textual; nothing below imports this room."""
