"""Encodings: what was written is read, what is no text is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.encoding import decode, without_surrogates
from corpus.refusal import NotAnArticleError

FRENCH = "Où êtes-vous né ? L’été à Paris coûte 5 €."
LEGACY_TEXTS = {
    FRENCH: "cp1252",
    "Das Mädchen": "cp1252",
    "Die Gespräche führten zu größeren Fortschritten.": "latin-1",
    "“It’s a deal,” he said – finally. The café cost £5.": "cp1252",
    "Laçın koridoru salı günü kapandı, İlham Aliyev söyledi.": "cp1254",
    "Minister powiedział wczoraj, że rozmowy zakończyły się, a następne odbędą się w Łodzi.": "cp1250",
    "Министр иностранных дел заявил, что переговоры завершились успешно.": "cp1251",
    "外務大臣は、協議が成功裏に終了したと述べた。次回の会合は東京で開かれる。": "cp932",
}


@pytest.mark.parametrize("text", LEGACY_TEXTS)
def test_a_text_in_a_legacy_code_page_is_read_as_written(text: str) -> None:
    assert decode(text.encode(LEGACY_TEXTS[text])) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        FRENCH,
        "Привет, мир и всё.",
        "Laçın qapandı",
        "Երևանում բանակցություններ են։",
        "The mayor opened “it”.",
    ],
)
def test_unicode_is_read_with_and_without_its_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_every_utf8_text_is_read_exactly(text: str) -> None:
    assert decode(text.encode()) == text


def test_a_broken_byte_in_utf8_costs_one_character_only() -> None:
    assert decode("Été à Köln, ".encode() + b"\xff" + " déjà".encode()) == "Été à Köln, \ufffd déjà"


def test_a_declared_encoding_decides_between_code_pages() -> None:
    assert decode("Ďábel".encode("cp1250"), declared="windows-1250") == "Ďábel"
    assert decode("“naïve”".encode("cp1252"), declared="ISO-8859-1") == "“naïve”"


@pytest.mark.parametrize(
    "declared", ["hex", "rot13", "idna", "undefined", "no-such", "zip", "utf-8", "base64"]
)
def test_a_senseless_declaration_is_ignored(declared: str) -> None:
    assert decode("Das Mädchen".encode("cp1252"), declared=declared) == "Das Mädchen"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
        b"text\0text",
        b"The mayor of Nul\0ville opened a bridge.\n",
        bytes(range(256)),
        b"\0",
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnArticleError, match="binary"):
        decode(data)


@pytest.mark.parametrize("text", ["Добрый вечер!", "сегодня в городе прошёл дождь"])
def test_a_text_too_short_to_tell_its_encoding_is_refused(text: str) -> None:
    with pytest.raises(NotAnArticleError, match="undecodable"):
        decode(text.encode("koi8_r"))


@given(st.binary(max_size=300), st.none() | st.text(max_size=12))
@example(b"\xff\xfe\x00", None)
@example(b"\xff\xfe\x00\x00\xff", None)
@example(b"\xe9", "a\0b")
def test_any_bytes_decode_to_a_storable_text_or_are_refused(data: bytes, declared: str | None) -> None:
    try:
        text = decode(data, declared=declared)
    except NotAnArticleError:
        return
    assert text.encode().decode() == text
    assert "\0" not in text


def test_lone_surrogates_become_replacement_characters() -> None:
    assert without_surrogates("a\ud800b\udfff 😀") == "a\ufffdb\ufffd 😀"
