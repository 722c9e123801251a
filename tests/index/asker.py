"""A reader as a process of its own: asks until told to stop, and fails on the first half-seen index.

Run as: python tests/index/asker.py STORE STOP_FILE READY_FILE MARKED. Makes READY_FILE once it has asked; prints how
often it asked, how many generations it saw.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from index.config import IndexConfig
from index.filters import Filters
from index.lexical import WeightedTerm
from index.reader import IndexReader, LiveIndex
from qa.assistant import Assistant
from qa.settings import Settings

MARK = "editionmark"
QUESTION = f"Which article of {MARK} came out?"
ASKED_OF_ONE = 10  # questions before the index is opened anew
PAUSE_S = 0.3  # between two questions, at most


def check_whole(reader: IndexReader, marked: int) -> str:
    """Check that one generation is whole: all marked articles, all of one edition. Return the edition."""
    hits = reader.search_terms([WeightedTerm(MARK)], filters=Filters(), limit=marked + 10)
    passages = reader.passages([hit.passage for hit in hits])
    editions = {_edition(passage.text) for passage in passages}
    if len(passages) != marked or len(hits) != marked or len(editions) != 1:
        raise AssertionError(f"{reader.generation}: {len(hits)} hits, {len(passages)} passages of {editions}")
    near = reader.search_vectors("talks and news of the day", filters=Filters(), limit=20)
    if len(near) != 20 or len(reader.passages([hit.passage for hit in near])) != 20:
        raise AssertionError(f"{reader.generation}: {len(near)} neighbours")
    return editions.pop()


def check_answer(assistant: Assistant) -> str:
    """Check that an answer cites articles of one edition. Return it."""
    answer = assistant.ask(QUESTION)
    editions = {_edition(citation.quote) for citation in answer.citations}
    if len(answer.citations) < 2 or len(editions) != 1:
        raise AssertionError(f"{answer.outcome}, {answer.text}")
    return editions.pop()


def _edition(text: str) -> str:
    return text.split(MARK, 1)[1].split()[0]


def main(store: Path, stop: Path, ready: Path, marked: int) -> None:
    settings = Settings.load({}, dotenv=None, index_dir=store)
    chance, asked, seen, newest = random.Random(str(ready)), 0, set(), 0
    while not stop.exists():
        live = LiveIndex(store, IndexConfig(), articles_dir=None)
        assistant = Assistant(live, settings)
        for _ in range(ASKED_OF_ONE):
            with live.reader() as reader:
                editions = [check_whole(reader, marked)]
                seen.add(reader.generation)
            editions.append(check_answer(assistant))
            for edition in editions:
                if int(edition[1:]) < newest:
                    raise AssertionError(f"edition {edition} came after {newest}")
                newest = int(edition[1:])
            asked += 1
            ready.touch()
            time.sleep(chance.uniform(0, PAUSE_S))
        live.close()
    print(asked, len(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
