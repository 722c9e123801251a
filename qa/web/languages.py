"""The languages that the page speaks."""

from qa.web.persian import PERSIAN
from qa.web.strings import ENGLISH, Strings

LANGUAGES = {words.language: words for words in (ENGLISH, PERSIAN)}


def words_of(language: str) -> Strings:
    """Return the words of a language that `Settings.language` allows."""
    return LANGUAGES[language]


def head_html(words: Strings) -> str:
    """Return what tells the browser the page's language and direction before anything is drawn."""
    return (
        f'<script>document.documentElement.lang = "{words.language}";'
        f'document.documentElement.dir = "{words.direction}";</script>'
    )
