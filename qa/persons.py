"""Who answers a question, by name: whom "he" means in the next one."""

from qa.answer import Answer, Outcome
from qa.reader import Reader, Window
from qa.referents import people_in
from qa.terms import stems_of


def person_told(answer: Answer, network: Reader | None) -> str | None:
    """Return the person whom an answer's first sentence names and its question does not; None if that is uncertain.

    Of several it is the one whom the reader takes for the answer.
    """
    if answer.outcome is Outcome.NOT_IN_CORPUS or not answer.sentences:
        return None
    text, asked = answer.sentences[0].text, stems_of(answer.standalone_question)
    names = [name for name in sorted(people_in(text), key=text.find) if asked.isdisjoint(stems_of(name))]
    names = [name for name in names if not any(name != other and name in other for other in names)]
    if len(names) < 2 or network is None:
        return names[0] if len(names) == 1 else None
    stretches = [(text.find(name), text.find(name) + len(name)) for name in names]
    return names[network.likeliest(answer.standalone_question, Window("", (text,)), stretches)]
