"""Other languages are told apart from English, and English with foreign names is not taken for one."""

import pytest

from qa.languages import seems_english


@pytest.mark.parametrize(
    "question",
    [
        "Wo fanden die Gespräche zwischen Aliyev und Pashinyan statt?",
        "Qui a fermé le corridor de Latchine et pourquoi ?",
        "¿Quién cerró el corredor y por qué?",
        "Chi ha chiuso il corridoio e perché non è aperto?",
        "Кто закрыл коридор?",
        "Ո՞վ փակեց միջանցքը",
        "Laçın dəhlizini kim və niyə bağladı?",
    ],
)
def test_other_languages_are_told_apart(question: str) -> None:
    assert not seems_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Charles de Gaulle?",
        "What did Le Monde and Die Zeit report?",
        "Who played in Los Angeles?",
        "Why did Kim die?",
        "Lachin corridor",
        "İlham Əliyev?",
        "2022?",
        "",
    ],
)
def test_english_may_hold_foreign_names(question: str) -> None:
    assert seems_english(question)
