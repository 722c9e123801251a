"""The index over a folder of articles: passages, vectors in Chroma, terms in tantivy, text in a catalog."""
