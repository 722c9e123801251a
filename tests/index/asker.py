"""A reader as a process of its own: asks until told to stop, and fails on the first half-seen index.

Run as: python tests/index/asker.py STORE STOP_FILE MARKED. Prints how often it asked, how many generations.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from index.config import IndexConfig
from index.filters import Filters
from index.lexical import WeightedTerm
from index.reader import IndexReader, LiveIndex


def check_whole(reader: IndexReader, marked: int) -> str:
    """Check that one generation is whole: all marked articles, all of one edition. Return the edition."""
    hits = reader.search_terms([WeightedTerm("editionmark")], filters=Filters(), limit=marked + 10)
    passages = reader.passages([hit.passage for hit in hits])
    editions = {passage.text.split("editionmark", 1)[1].split()[0] for passage in passages}
    if len(passages) != marked or len(hits) != marked or len(editions) != 1:
        raise AssertionError(f"{reader.generation}: {len(hits)} hits, {len(passages)} passages of {editions}")
    near = reader.search_vectors("talks and news of the day", filters=Filters(), limit=20)
    if len(near) != 20 or len(reader.passages([hit.passage for hit in near])) != 20:
        raise AssertionError(f"{reader.generation}: {len(near)} neighbours")
    return editions.pop()


def main(store: Path, stop: Path, marked: int) -> None:
    asked, seen = 0, set()
    while not stop.exists():
        live = LiveIndex(store, IndexConfig(), articles_dir=None)
        for _ in range(10):
            with live.reader() as reader:
                check_whole(reader, marked)
                seen.add(reader.generation)
            asked += 1
        live.close()
    print(asked, len(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
