"""Articles are one story if they tell the same in nearly the same words, whatever their order of arrival."""

import tempfile
from contextlib import closing
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from index.catalog import Catalog
from index.catalog_writer import CatalogWriter
from index.stories import Telling, are_copies, keys, story_id

DAY = date(2023, 7, 15)
TOPICS = ("ferry", "harvest", "museum")
LEAD = "The {} council of the valley voted on Monday to open its books after a year of complaints."
FACTS = [
    f"Point {number}: the council heard {word} speak for {number * 7} minutes about {other} and the budget."
    for number, (word, other) in enumerate(
        product(
            ("millers", "teachers", "drivers", "bakers", "farmers", "students"),
            ("roads", "schools", "rents", "parks", "bridges"),
        )
    )
]


def text(topic: str = "ferry", *, facts: range = range(20), lead: str = LEAD) -> str:
    return "\n\n".join([lead.format(topic), *(f"{topic.title()}: {FACTS[i]}" for i in facts)])


def telling(written: str, *, title: str = "Council opens its books", published: date | None = DAY) -> Telling:
    return Telling.of(title, written, published)


def test_a_copy_with_other_marks_and_capitals_is_one() -> None:
    original = text()
    copy = original.upper().replace(".", " …").replace(":", " –")
    assert set(keys(original).tolist()) == set(keys(copy).tolist())
    assert are_copies(telling(original), telling(copy))


def test_a_copy_under_another_title_is_one_if_the_text_tells_the_title() -> None:
    own, other = telling(text()), telling(text(), title="Farmers speak about rents")
    assert are_copies(own, other)
    assert not are_copies(own, telling(text(), title="Volcano erupts near Reykjavik"))


def test_an_update_is_a_copy_and_another_event_is_none() -> None:
    update = text(facts=range(2, 20)) + "\n\nOn Tuesday the council published the first of its books."
    assert are_copies(telling(text()), telling(update))
    assert not are_copies(telling(text()), telling(text(facts=range(12, 30))))
    assert not are_copies(telling(text()), telling(text("museum")))


def test_pages_that_share_a_gallery_are_no_copies() -> None:
    gallery = text("museum", facts=range(30)) * 3
    one = " ".join(f"The mayor of {i} said so." for i in range(100)) + gallery
    other = " ".join(f"A river flooded town {i} again." for i in range(100)) + gallery
    assert not are_copies(telling(one), telling(other))
    assert are_copies(telling(one), telling(one + " More soon."))


def test_last_year_s_guide_is_no_copy() -> None:
    assert not are_copies(telling(text()), telling(text(), published=DAY - timedelta(days=365)))
    assert are_copies(telling(text()), telling(text(), published=None))


@pytest.mark.parametrize("tiny", ["", " ", "a", "…", "外務省は声明を発表した。", "😀"])
def test_any_text_has_keys_and_is_like_itself(tiny: str) -> None:
    assert len(keys(tiny)) == 16
    assert are_copies(telling(tiny, title=""), telling(tiny, title=""))
    assert not are_copies(telling(tiny, title=""), telling(text(), title=""))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Die Straße führt zum großen Fluß hinab", "DIE STRASSE FÜHRT ZUM GROSSEN FLUSS HINAB"),
        ("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ and ＦＵＬＬ ＷＩＤＴＨ letters", "Ꮳꮃꭹ ꭶꮼꮒꭿꮝꮧ AND ｆｕｌｌ ｗｉｄｔｈ LETTERS"),
        ("Zoë’s café — reopened on Monday, she said", "ZOË'S CAFÉ - REOPENED ON MONDAY: SHE SAID"),
    ],
)
def test_case_is_folded_as_unicode_has_it(one: str, other: str) -> None:
    assert keys(one).tolist() == keys(other).tolist()


def test_keys_stay_what_they_were() -> None:
    # They are kept in the index: if these change, raise SCHEMA_VERSION in index/fingerprint.py.
    assert keys("The council opened its books.")[:2].tolist() == [-5931529244755676112, 8085646477615731022]


def test_a_story_is_called_by_its_first_article() -> None:
    assert story_id([(None, "a"), (DAY, "c"), (DAY, "b"), (DAY + timedelta(days=1), "0")]) == "b"
    assert story_id([(None, "b"), (None, "a")]) == "a"


VERSIONS = st.builds(
    lambda identity, topic, first, last, days: Article(
        identity,
        text(topic, facts=range(first, last)),
        "Council opens its books",
        None if days is None else DAY + timedelta(days=days),
        None,
        None,
        (),
        "en",
    ),
    st.sampled_from("abcdefgh"),
    st.sampled_from(TOPICS),
    st.integers(0, 6),
    st.integers(16, 30),
    st.sampled_from([None, 0, 20, 40]),
)
# Each state is some of a few articles, so that most of them stay from one state to the next.
STATES = st.lists(VERSIONS, min_size=3, max_size=9).flatmap(
    lambda pool: st.lists(
        st.lists(st.sampled_from(pool), max_size=8, unique_by=lambda article: article.id),
        min_size=2,
        max_size=5,
    )
)


@settings(max_examples=25, deadline=None)
@given(states=STATES)
def test_stories_are_those_of_the_articles_after_any_changes(states: list[list[Article]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "catalog.sqlite")
        held: dict[str, str] = {}
        for state in states:
            held = become(path, held, state)
            assert stories_in(path) == stories_of(state)


def become(path: Path, held: dict[str, str], state: list[Article]) -> dict[str, str]:
    """Bring a catalog in line with a state as a sync does: what changed goes and comes anew."""
    wanted = {article.id: article.digest for article in state}
    writer = CatalogWriter(path)
    for identity, digest in held.items():
        if wanted.get(identity) != digest:
            writer.remove(identity)
    for article in state:
        if held.get(article.id) != article.digest:
            writer.put(article, "file", (), ())
    writer.finish()
    return wanted


def stories_in(path: Path) -> dict[str, str]:
    with closing(Catalog(path)) as catalog:
        records = {record.id: record.story for record in catalog.records()}
        assert catalog.story_count() == len(set(records.values()))
        for identity, story in records.items():
            others = {other.id for other in catalog.copies(identity)}
            assert others == {i for i, s in records.items() if s == story} - {identity}
    return records


def stories_of(articles: list[Article]) -> dict[str, str]:
    """The stories by the book: join every pair of copies, name each group by its first article."""
    groups = {article.id: {article.id} for article in articles}
    read = [
        (a.id, frozenset(keys(a.text).tolist()), Telling.of(a.title, a.text, a.published)) for a in articles
    ]
    for (one, one_keys, one_telling), (other, other_keys, other_telling) in combinations(read, 2):
        if not one_keys.isdisjoint(other_keys) and are_copies(one_telling, other_telling):
            joined = groups[one] | groups[other]
            groups |= dict.fromkeys(joined, joined)
    dates = {article.id: article.published for article in articles}
    return {i: story_id((dates[member], member) for member in group) for i, group in groups.items()}
