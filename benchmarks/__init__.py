"""Measured quality: questions that others wrote, asked of this pipeline."""
