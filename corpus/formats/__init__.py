"""One reader a format, each from decoded text (or, where files may be large, from a stream)."""
