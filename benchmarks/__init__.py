"""Measured quality: questions that others wrote, asked of this pipeline."""

import index as index  # first, as in use: it says how many threads numpy may have
