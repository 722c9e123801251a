"""Countries and what their people are called: "Armenia" in a question is "Armenian" in a sentence."""

from functools import cache

from index.lexical import stems

# One country a line: its name, then its adjective and people. Multi-word names are left to phrases.
_TABLE = """
Afghanistan Afghan; Albania Albanian; Algeria Algerian; Angola Angolan; Argentina Argentine Argentinian
Armenia Armenian; Australia Australian; Austria Austrian; Azerbaijan Azerbaijani Azeri; Bahrain Bahraini
Bangladesh Bangladeshi; Belarus Belarusian; Belgium Belgian; Bolivia Bolivian; Bosnia Bosnian; Brazil Brazilian
Britain British Briton; Bulgaria Bulgarian; Cambodia Cambodian; Cameroon Cameroonian; Canada Canadian
Chad Chadian; Chile Chilean; China Chinese; Colombia Colombian; Croatia Croatian; Cuba Cuban; Cyprus Cypriot
Czechia Czech; Denmark Danish Dane; Ecuador Ecuadorian; Egypt Egyptian; England English; Eritrea Eritrean
Estonia Estonian; Ethiopia Ethiopian; Europe European; Fiji Fijian; Finland Finnish Finn; France French
Georgia Georgian; Germany German; Ghana Ghanaian; Greece Greek; Greenland Greenlandic; Guatemala Guatemalan
Haiti Haitian; Honduras Honduran; Hungary Hungarian; Iceland Icelandic; India Indian; Indonesia Indonesian
Iran Iranian; Iraq Iraqi; Ireland Irish; Israel Israeli; Italy Italian; Jamaica Jamaican; Japan Japanese
Jordan Jordanian; Karabakh Karabakhi; Kazakhstan Kazakh; Kenya Kenyan; Korea Korean; Kosovo Kosovar
Kuwait Kuwaiti; Kyrgyzstan Kyrgyz; Laos Laotian; Latvia Latvian; Lebanon Lebanese; Liberia Liberian
Libya Libyan; Lithuania Lithuanian; Malawi Malawian; Malaysia Malaysian; Mali Malian; Malta Maltese
Mexico Mexican; Moldova Moldovan; Mongolia Mongolian; Montenegro Montenegrin; Morocco Moroccan
Mozambique Mozambican; Myanmar Burmese; Namibia Namibian; Nepal Nepali Nepalese; Netherlands Dutch
Nicaragua Nicaraguan; Niger Nigerien; Nigeria Nigerian; Norway Norwegian; Oman Omani; Pakistan Pakistani
Palestine Palestinian; Panama Panamanian; Paraguay Paraguayan; Peru Peruvian; Philippines Philippine Filipino
Poland Polish Pole; Portugal Portuguese; Qatar Qatari; Romania Romanian; Russia Russian; Rwanda Rwandan
Scotland Scottish Scot; Senegal Senegalese; Serbia Serbian Serb; Singapore Singaporean; Slovakia Slovak
Slovenia Slovenian Slovene; Somalia Somali; Spain Spanish Spaniard; Sudan Sudanese; Sweden Swedish Swede
Switzerland Swiss; Syria Syrian; Taiwan Taiwanese; Tajikistan Tajik; Tanzania Tanzanian; Thailand Thai
Tibet Tibetan; Tunisia Tunisian; Turkey Turkish Turk Türkiye; Turkmenistan Turkmen; Uganda Ugandan
Ukraine Ukrainian; Uruguay Uruguayan; Uzbekistan Uzbek; Venezuela Venezuelan; Vietnam Vietnamese; Wales Welsh
Yemen Yemeni; Zambia Zambian; Zimbabwe Zimbabwean
"""


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for entry in _TABLE.replace("\n", ";").split(";"):
        group = tuple(stem for word in entry.split() for stem in stems(word))
        groups |= dict.fromkeys(group, group)
    return groups


def related_stems(stem: str) -> tuple[str, ...]:
    """Return the stems of the same country's other words, in the table's order; empty for any other word."""
    return tuple(other for other in _groups().get(stem, ()) if other != stem)


def is_country(stem: str) -> bool:
    """Tell whether the stem is a country's name or that of its people."""
    return stem in _groups()
