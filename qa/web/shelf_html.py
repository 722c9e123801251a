"""The list of kept conversations: its frame; the page's script fills it from what the browser keeps."""

from qa.web.escape import escaped
from qa.web.strings import Strings


def shelf_html(words: Strings) -> str:
    """Render the empty list, and a template of its rows."""
    named = {
        name: escaped(getattr(words, name)) for name in ("rename", "new_name", "delete", "really_delete")
    }
    row = (
        '<li><button type="button" class="open" dir="auto"></button>'
        f'<button type="button" class="rename" title="{named["rename"]}"></button>'
        f'<button type="button" class="delete" title="{named["delete"]}"></button></li>'
    )
    data = " ".join(f'data-{name.replace("_", "-")}="{text}"' for name, text in named.items())
    title, note = escaped(words.conversations), escaped(words.kept_here)
    return (
        f'<nav aria-label="{title}" {data}><h2>{title}</h2><ul></ul><p>{note}</p>'
        f"<template>{row}</template></nav>"
    )


def toggle_html(words: Strings) -> str:
    """Render the button that shows and hides the list."""
    name = escaped(words.conversations)
    return (
        f'<button type="button" id="toggle" aria-label="{name}" title="{name}" aria-expanded="false"'
        ' aria-controls="shelf"></button>'
    )
