"""Assistants over the sample articles and over the two that the project was asked for; all parts real."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from corpus.article import Article
from qa.assistant import Assistant
from tests.qa.assistants import SAMPLES, SHARED, articles_of, assistant_over, write_articles


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the sample articles."""
    with assistant_over(SAMPLES, tmp_path_factory.mktemp("samples")) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def sample_articles() -> dict[str, Article]:
    """The sample articles by id, read without any index."""
    return articles_of(SAMPLES)


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The two articles that the project was asked for."""
    folder = SHARED / "articles"
    if not folder.is_dir():
        pytest.skip(f"the shared articles are not beside this checkout: {folder.name}/")
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Iterator[Assistant]:
    """An assistant over the shared articles."""
    with assistant_over(shared_folder, tmp_path_factory.mktemp("shared")) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Mapping[str, str]], Assistant]]:
    """Index articles, given as texts by file name, and open an assistant on them."""
    with ExitStack() as opened:

        def open_over(texts: Mapping[str, str]) -> Assistant:
            folder = tmp_path_factory.mktemp("news")
            write_articles(folder / "articles", texts)
            return opened.enter_context(assistant_over(folder / "articles", folder / "store"))

        yield open_over
