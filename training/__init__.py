"""How the reader's weights are made: examples, training, evaluation, export. Needs training/requirements.txt."""
