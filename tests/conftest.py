"""The scripted LLM; and the order of the suite: what takes longest begins first, so that the workers end together."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.qa.llm_server import Script, llm_server

settings.register_profile("suite", deadline=None)  # on a busy machine any example may take long
settings.load_profile("suite")

LONGEST_FIRST = (
    "tests/web/test_page_browser",
    "tests/web/test_everyone_browser",
    "tests/web/test_article_list_browser",
    "tests/web/test_kept_browser",
    "tests/web/test_glance_browser",
    "tests/qa/test_cli",
    "tests/index/test_kills",
    "tests/index/test_sync",
)


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    """A server that speaks the OpenAI protocol and plays what a test scripts."""
    with llm_server() as played:
        yield played


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; the order within a file stays."""
    items.sort(key=lambda item: next((i for i, name in enumerate(LONGEST_FIRST) if name in item.nodeid), 99))
