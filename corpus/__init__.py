"""Articles: what they are, how they are read from files, and what was refused."""
