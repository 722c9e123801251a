"""Bytes of unknown encoding -> text, or the reason why they are none.

Strict UTF-8 comes first, then byte order marks, then UTF-16 that betrays itself, then the legacy code pages.
charset-normalizer finds the code page by language, but on a short text it takes cp1250, or stranger ones, for
cp1252 ("à" becomes "ŕ"); so a text in which every special character is Western European is read as cp1252.
"""

import codecs
import re

from corpus.refusal import NotAnArticleError

_MARKS = (  # UTF-32 before UTF-16: the mark of the one begins with that of the other
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEGACY = [
    *(f"cp{number}" for number in range(1250, 1259)),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_9", "latin_1", "koi8_r", "koi8_u"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
]
_CENTRAL_EUROPEAN = {"Croatian", "Czech", "Hungarian", "Polish", "Romanian", "Slovak", "Slovene"}
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜàáâãäåæçèéêëìíîïñòóôõöøùúûüÿßŒœŸ"
    "€‚„…‘’“”‹›«»•–—™©®°§¡¿£¥¢·´¨ªº¼½¾±×²\u00a0\u00ad"
)
_TURKISH = _WESTERN | frozenset("ğışĞİŞ")
_SIGN_AS_LETTER = re.compile(r"[^\W\d_][¡¿£¥¼½¾][^\W\d_]|[£¥][^\W\d_]")  # "mo¿e": Polish "może" read wrong
_DENSEST_WESTERN = (
    0.34  # special letters among all letters; French and German stay under 0.2 past a few words
)
# Of UTF-16 that reads as UTF-8 every second byte is NUL where it is English; of other alphabets it is mostly a control
# character, so that of a text without these a few are stray.
_FEWEST_NULS = 0.25
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """Put U+FFFD for each lone surrogate: they cannot be stored, and crash tokenisers."""
    try:
        text.encode()  # finds one in a tenth of the time
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Decode `data`, byte order mark off; `declared` is the encoding that the document itself names.

    Raises NotAnArticleError for binary data and for text in no recognisable encoding.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], name)
    text = _try(data, "utf-8")
    if text is None:
        text = _decode_utf16(data) if b"\0" in data else _decode_legacy(data, declared)
    elif "\0" in text:
        if not _CONTROL.search(text.replace("\0", "")) and text.count("\0") < _FEWEST_NULS * len(text):
            raise NotAnArticleError("binary: it holds NUL bytes")
        text = _decode_utf16(data)
    return text


def _decode_marked(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, errors="replace")
    if "\0" in text:
        raise NotAnArticleError("binary: it holds NUL characters")
    if 10 * text.count("\ufffd") > len(text):
        raise NotAnArticleError(f"undecodable: it is marked as {encoding.upper()} and is not")
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):  # LookupError: a document may declare any name
        return None


def _decode_utf16(data: bytes) -> str:
    """Decode UTF-16 without a mark: strictly valid, free of control characters, some of it ASCII."""
    texts = [_try(data, "utf-16-le"), _try(data, "utf-16-be")]
    shares = [_ascii_share(text) for text in texts]
    best = max(range(2), key=shares.__getitem__)
    text = texts[best]
    if text is None or shares[best] < 0.05:
        raise NotAnArticleError("binary: it holds NUL bytes")
    return text


def _ascii_share(text: str | None) -> float:
    if not text or _CONTROL.search(text):
        return 0.0
    return sum(char.isascii() for char in text) / len(text)


def _decode_legacy(data: bytes, declared: str | None) -> str:
    if 100 * len(_CONTROL_BYTE.findall(data)) > len(data):
        raise NotAnArticleError("binary: it holds control characters")
    text = _mend_utf8(data) or _decode_declared(data, declared) or _detect(data)
    if text is None:
        raise NotAnArticleError(
            "undecodable: neither UTF-8 nor text in any other encoding that was recognised"
        )
    return text


def _mend_utf8(data: bytes) -> str | None:
    """Read UTF-8 with a few broken bytes as what it is; as cp1252 each accent would become two characters."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(not char.isascii() for char in text) - broken
    return text if sound >= 3 * broken else None


def _decode_declared(data: bytes, declared: str | None) -> str | None:
    if declared is None or declared.lower().replace("_", "-") in {"utf-8", "utf8", "utf-16"}:
        return None
    # As browsers do (WHATWG Encoding): what calls itself Latin-1 is Windows-1252.
    latin = declared.lower().replace("_", "-") in {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"}
    try:
        return _try(data, "cp1252" if latin else declared)
    except (ValueError, AttributeError, TypeError):  # codecs that are none of text: "hex", "idna", "a\0b"
        return None


def _detect(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_isolation=_LEGACY)
    best = matches.best()
    if best is not None and best.language in _CENTRAL_EUROPEAN and best.coherence > 0.3:
        return str(next((match for match in matches if match.encoding in {"cp1250", "iso8859_2"}), best))
    for encoding, special in (("cp1252", _WESTERN), ("cp1254", _TURKISH)):
        text = _try(data, encoding)
        if text is not None and _is_written_with(text, special):
            return text
    return None if best is None or _is_half_width(str(best)) else str(best)


def _is_half_width(text: str) -> bool:
    """Tell whether a guess is mostly half-width katakana, which nobody writes and short KOI8-R looks like."""
    return 2 * len(_HALF_WIDTH.findall(text)) > sum(not char.isascii() for char in text)


def _is_written_with(text: str, special: frozenset[str]) -> bool:
    """Tell whether every character beyond ASCII is in `special`, and they are as rare as in real words."""
    beyond = [char for char in text if not char.isascii()]
    letters = sum(char.isalpha() for char in text)
    if not special.issuperset(beyond) or _SIGN_AS_LETTER.search(text):
        return False
    return sum(map(str.isalpha, beyond)) <= max(1, _DENSEST_WESTERN * letters)
