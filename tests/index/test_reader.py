"""A reader shows one whole generation; the live index shows the newest at each question."""

import gc
import json
import shutil
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from corpus.article import Article
from index.catalog import _folded
from index.config import IndexConfig
from index.days import date_window, is_within, ordinal
from index.filters import Filters
from index.fingerprint import FingerprintMismatch, FolderMismatch
from index.generations import IndexUnusable, NoIndex, Store
from index.lexical import WeightedTerm
from index.reader import IndexReader, LiveIndex, open_live
from index.sync import SyncReport, sync

Sync = Callable[[], SyncReport]
NONE = Filters()


@pytest.fixture
def live(run_sync: Sync, folder: Path, store: Path, config: IndexConfig) -> Iterator[LiveIndex]:
    """The index of two articles and a dated one."""
    (folder / "dated.md").write_text(
        "---\ntitle: Moscow\npublished: 2023-07-15\nsource: Sample Desk\n---\nRussia offers to host.\n",
        "utf-8",
    )
    run_sync()
    live = open_live(store, config, articles_dir=folder)
    yield live
    live.close()


def found(reader: IndexReader, stem: str) -> list[str]:
    hits = reader.search_terms([WeightedTerm(stem)], filters=NONE, limit=10)
    return [passage.article.id for passage in reader.passages([hit.passage for hit in hits])]


def test_both_arms_find_a_passage_with_its_article(live: LiveIndex) -> None:
    with live.reader() as reader:
        assert found(reader, "mediat") == ["brussels.txt"]
        near = reader.search_vectors(
            "Did Charles Michel meet the leaders in Brussels?", filters=NONE, limit=3
        )
        (best,) = reader.passages([near[0].passage])
        article = reader.article(best.article.id)
    assert isinstance(article, Article)
    assert article.id == "brussels.txt"
    assert article.text[best.start : best.end] == best.text
    assert [article.text[s.start : s.end] for s in best.sentences][1] == "Charles Michel acted as mediator."
    assert (best.article.digest, best.article.length) == (article.digest, len(article.text))


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (NONE, 3),
        (Filters(since=date(2023, 1, 1)), 1),
        (Filters(as_of=date(2023, 1, 1)), 2),
        (Filters(source="SAMPLE desk"), 1),
        (Filters(source="SAMPLE desk", until=date(2023, 1, 1)), 0),
    ],
)
def test_vectors_are_filtered_as_terms_are(live: LiveIndex, filters: Filters, count: int) -> None:
    with live.reader() as reader:
        assert len(reader.search_vectors("talks", filters=filters, limit=10)) == count


PLACES = ("Baku", "Yerevan", "Brussels", "Moscow", "Vienna", "Sochi", "Geneva")


@pytest.mark.parametrize(
    ("most_asked", "few"), [(2500, 500), (0, 500), (0, 0)], ids=["left out", "compared", "told one by one"]
)
@pytest.mark.parametrize("days", [2, 20, 150, 300], ids=lambda days: f"{days} days")
@pytest.mark.parametrize("end", ["since", "as_of"])
def test_filters_let_the_same_vectors_through_however_they_are_searched(
    run_sync: Sync,
    folder: Path,
    store: Path,
    config: IndexConfig,
    days: int,
    end: str,
    most_asked: int,
    few: int,
) -> None:
    first = date(2023, 1, 1)
    with (folder / "many.jsonl").open("w", encoding="utf-8") as file:
        for i in range(300):
            text = f"Delegation {i} left {PLACES[i % 7]} for {PLACES[i % 5]} with {i * i} pages."
            published = (first + timedelta(i)).isoformat()
            record = {"id": str(i), "text": text, "published": published, "source": PLACES[i % 2]}
            file.write(json.dumps(record) + "\n")
    run_sync()
    since, until = first + timedelta(300 - days), first + timedelta(days - 1)
    filters = {"since": Filters(since=since), "as_of": Filters(as_of=until)}[end]
    of_a_source = replace(filters, source=PLACES[0].upper())
    asked = "a delegation in Vienna"
    with closing(open_live(store, config, articles_dir=folder)) as live, live.reader() as reader:
        every = reader.search_vectors(asked, filters=NONE, limit=302)
        origins = reader.origins([hit.passage for hit in every])
        within = [
            hit for hit in every if is_within(ordinal(origins[hit.passage].published), date_window(filters))
        ]
        of_source = [hit for hit in within if origins[hit.passage].source == PLACES[0]]
        with patch("index.reader.MOST_ASKED", most_asked), patch("index.vectors.FEW", few):
            near = reader.search_vectors(asked, filters=filters, limit=5)
            near_of_source = reader.search_vectors(asked, filters=of_a_source, limit=5)
    for found, expected in ((near, within[:5]), (near_of_source, of_source[:5])):
        assert [hit.passage for hit in found] == [hit.passage for hit in expected]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-5)


def test_text_without_words_finds_no_vectors(live: LiveIndex) -> None:
    with live.reader() as reader:
        assert reader.search_vectors("", filters=NONE, limit=10) == []


def test_stats_say_what_is_there(live: LiveIndex, folder: Path) -> None:
    with live.reader() as reader:
        stats = reader.stats()
    assert (stats.articles, stats.passages, stats.undated, stats.refused) == (3, 3, 2, 0)
    assert (stats.earliest, stats.latest) == (date(2023, 7, 15), date(2023, 7, 15))
    assert (stats.sources, stats.languages) == ((("Sample Desk", 1),), (("en", 3),))
    assert stats.indexed_at.tzinfo is not None
    assert stats.articles_dir == folder.resolve()
    assert stats.size_bytes > 0


def test_origins_are_those_of_the_passages(live: LiveIndex) -> None:
    with live.reader() as reader:
        ids = [hit.passage for hit in reader.search_vectors("talks", filters=NONE, limit=10)]
        articles = {passage.id: passage.article for passage in reader.passages(ids)}
        assert reader.origins([*ids, 999]) == {i: (a.published, a.source) for i, a in articles.items()}


def test_names_are_known_across_spellings(live: LiveIndex) -> None:
    with live.reader() as reader:
        assert [variant.word for variant in reader.name_variants("Lachin")] == ["lacin"]
        assert reader.name_share("laçın") == 1.0
        assert reader.name_share("mediator") == reader.name_share("Ruritania") == reader.name_share("") == 0.0
        assert reader.document_frequency("corridor") == 1


def test_misspelt_words_are_known_by_those_of_the_articles(live: LiveIndex) -> None:
    with live.reader() as reader:
        assert [variant.word for variant in reader.corrections("coridor")] == ["corridor"]
        assert reader.corrections("corridor") == []
        assert reader.corrections("canberra") == []


def test_articles_are_listed_and_unknown_ones_are_none(live: LiveIndex) -> None:
    with live.reader() as reader:
        assert [record.id for record in reader.articles()] == ["brussels.txt", "corridor.txt", "dated.md"]
        assert reader.article("canberra.txt") is None
        assert reader.article_passages("canberra.txt") == []
        assert reader.passages([99]) == []
        assert reader.refusals() == []


def test_looking_for_articles_folds_each_once_for_all_words(live: LiveIndex) -> None:
    with live.reader() as reader, patch("index.catalog._folded", wraps=_folded) as folding:
        count, (record,) = reader.find_articles("móscow SAMPLE desk 2023 desk", offset=0, limit=10)
    assert (count, record.id) == (1, "dated.md")
    assert folding.call_count == 1 + 3


def test_of_what_is_looked_for_sixteen_distinct_words_count(live: LiveIndex) -> None:
    words = ["dated"] * 20 + list("acdeklmopstw023") + [f"none{n}" for n in range(1000)]
    with live.reader() as reader:
        assert reader.find_articles(" ".join(words), offset=0, limit=10)[0] == 1
        assert reader.find_articles(" ".join(words[21:]), offset=0, limit=10)[0] == 0


def test_finished_sync_is_seen_at_the_next_question(live: LiveIndex, run_sync: Sync, folder: Path) -> None:
    with live.reader() as before:
        (folder / "new.txt").write_text("Canberra sent aid.", "utf-8")
        run_sync()
        with live.reader() as after:
            assert found(after, "canberra") == ["new.txt"]
        assert found(before, "canberra") == []


def test_a_closed_reader_is_freed_without_the_collector(live: LiveIndex) -> None:
    with live.reader() as reader:
        found(reader, "mediat")
        reader.name_variants("Brussels")
        reader.corrections("coridor")
        gone = weakref.ref(reader)
    gc.collect()
    gc.disable()
    try:
        del reader
        live.close()
        assert gone() is None
    finally:
        gc.enable()


def test_open_reader_outlives_syncs_until_its_question_ends(
    live: LiveIndex, run_sync: Sync, folder: Path, store: Path
) -> None:
    with live.reader() as reader:
        for number in range(3):
            (folder / "new.txt").write_text(f"Aid came {number} times.", "utf-8")
            run_sync()
        assert found(reader, "mediat") == ["brussels.txt"]
    with live.reader():
        pass
    (folder / "new.txt").unlink()
    run_sync()
    assert len([path for path in store.iterdir() if path.is_dir()]) == 2


def test_threads_share_a_live_index(live: LiveIndex, run_sync: Sync, folder: Path) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(30):
                with live.reader() as reader:
                    assert found(reader, "mediat") == ["brussels.txt"]
                    assert reader.search_vectors("talks", filters=NONE, limit=2)
        except BaseException as error:  # noqa: BLE001  # told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    run_sync()
    for thread in threads:
        thread.join()
    assert failures == []


def test_no_index_and_other_settings_are_refused(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    with pytest.raises(NoIndex, match="python -m qa index"):
        open_live(store, config, articles_dir=folder)
    run_sync()
    with pytest.raises(FingerprintMismatch, match="--rebuild"):
        open_live(store, IndexConfig(), articles_dir=folder)
    with pytest.raises(FolderMismatch, match="elsewhere"):
        open_live(store, config, articles_dir=folder.with_name("elsewhere"))


@pytest.mark.parametrize("part", ["catalog.sqlite", "chroma/chroma.sqlite3", "lexical/meta.json"])
def test_damaged_index_is_refused_with_the_mending_command(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, part: str
) -> None:
    generation = run_sync().generation
    (store / generation / part).write_bytes(b"nonsense" * 1000)
    with pytest.raises(IndexUnusable, match="--rebuild"):
        open_live(store, config, articles_dir=folder)
    current = Store(store).current()
    assert current is not None


@pytest.mark.parametrize(("damage", "told"), [("lost", "missing"), ("cut", "too short")])
def test_index_without_its_texts_is_refused_with_the_mending_command(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, damage: str, told: str
) -> None:
    texts = store / run_sync().generation / "texts"
    if damage == "lost":
        shutil.rmtree(texts)
    else:
        (texts / "000001.text").write_bytes(b"cut")
    with pytest.raises(IndexUnusable, match=f"{told}; run: python -m qa index {folder} .*--rebuild"):
        open_live(store, config, articles_dir=folder)


def test_index_of_an_empty_folder_answers_with_nothing(
    folder: Path, run_sync: Sync, store: Path, config: IndexConfig
) -> None:
    for path in folder.iterdir():
        path.unlink()
    run_sync()
    with closing(open_live(store, config, articles_dir=folder)) as live, live.reader() as reader:
        assert found(reader, "mediat") == []
        assert reader.search_vectors("talks", filters=NONE, limit=5) == []
        assert reader.stats().articles == 0


def test_index_built_in_place_of_a_deleted_one_is_seen_at_the_next_question(
    live: LiveIndex, folder: Path, store: Path, config: IndexConfig
) -> None:
    elsewhere = store.with_name("elsewhere")
    for path in folder.iterdir():
        path.unlink()
    (folder / "new.txt").write_text("Canberra sent aid.", "utf-8")
    sync(folder, elsewhere, config)
    with live.reader() as before:
        shutil.rmtree(store)
        elsewhere.rename(store)
        with live.reader() as meanwhile:
            assert meanwhile is before
    with live.reader() as after:
        assert (after.generation, after.identity != before.identity) == (before.generation, True)
        assert found(after, "canberra") == ["new.txt"]
        (near,) = after.search_vectors("Canberra sent aid.", filters=NONE, limit=10)
        assert near.score > 0.9
