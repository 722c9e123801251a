"""Whether a question is in English, as far as its smallest words and its letters tell."""

import re
import unicodedata

from qa.query import STOP_WORDS

LEAST_FOREIGN = 2  # small words of other languages, and more than of English
# Of German, Dutch, French, Spanish, Portuguese, Italian, Turkish, Azerbaijani, Polish; none that English has, too.
_SMALL_WORDS = frozenset(
    """wo wer wie warum wann welche welcher welches der und ist sind hat haben wurde wurden nicht ein eine einen
    dem den über für mit von zwischen gibt wat waar wanneer waarom welke het een niet voor qui que quoi où quand
    pourquoi comment quel quelle quels le les une est sont avec dans sur pour entre il elle quién quiénes qué
    dónde cuándo cómo cuál cuánto los las una del por con para quem onde quando como qual não uma são chi cosa
    dove perché quale gli della di che non è kim ne nerede neden nasıl hangi için ile nə harada niyə necə hansı
    və ilə üçün kto gdzie kiedy dlaczego jak który jest się nie""".split()
)


def seems_english(question: str) -> bool:
    """Tell whether nothing speaks for another language: small words of one, or letters that are mostly not Latin."""
    letters = [char for char in question if char.isalpha()]
    latin = sum("LATIN" in unicodedata.name(char, "") for char in letters)
    if 2 * latin < len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", question.lower())
    others = sum(word in _SMALL_WORDS and word not in STOP_WORDS for word in words)
    return others < LEAST_FOREIGN or others <= sum(word in STOP_WORDS for word in words)
