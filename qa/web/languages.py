"""The languages that the page speaks."""

from qa.web.persian import PERSIAN
from qa.web.strings import ENGLISH, Strings

LANGUAGES = {words.language: words for words in (ENGLISH, PERSIAN)}


def words_of(language: str) -> Strings:
    """Return the words of a language that `Settings.language` allows."""
    return LANGUAGES[language]


# Gradio says of each of its blocks that it reads from left to right.
_TURNED = """new MutationObserver(() => {
  for (const block of document.querySelectorAll('.block[dir="ltr"]')) block.dir = "rtl";
}).observe(document.documentElement, { childList: true, subtree: true });"""


def head_html(words: Strings) -> str:
    """Return what tells the browser the page's language and direction before anything is drawn."""
    turned = _TURNED if words.direction == "rtl" else ""
    return (
        f'<script>document.documentElement.lang = "{words.language}";'
        f'document.documentElement.dir = "{words.direction}";{turned}</script>'
    )
