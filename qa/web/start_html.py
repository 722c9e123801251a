"""What an empty conversation shows: a welcome and questions that the articles answer."""

from collections.abc import Sequence

from qa.web.escape import escaped
from qa.web.strings import Strings


def start_html(examples: Sequence[str], words: Strings) -> str:
    """Render the welcome, and the examples once they are there; a click on one asks it."""
    welcome = f'<div class="welcome"><h2>{escaped(words.welcome)}</h2><p>{escaped(words.promise)}</p></div>'
    if not examples:
        return welcome
    buttons = "".join(
        f'<button type="button" class="example" data-do="ask" dir="auto">{escaped(question)}</button>'
        for question in examples
    )
    label = escaped(words.examples_label)
    return f'{welcome}<div class="examples" role="group" aria-label="{label}"><p>{label}</p>{buttons}</div>'
