"""The index over a folder of articles: passages, vectors in Chroma, terms in tantivy, text in a catalog."""

import os

# Before numpy and tokenizers are loaded: what a question gives them is small, and their threads spin longer than
# they work. A third of a question's processor time went there.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
