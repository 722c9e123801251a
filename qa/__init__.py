"""Questions to cited, checked answers."""
