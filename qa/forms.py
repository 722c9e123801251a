"""Words that are forms of one another and that no stemmer joins: Armenia and Armenian, meet and met."""

import re
from functools import cache

from index.analysis import stems

# A country's name, then its adjective and people. Multi-word names are left to phrases.
_COUNTRIES = """
Afghanistan Afghan; Albania Albanian; Algeria Algerian; Angola Angolan; Argentina Argentine Argentinian
Armenia Armenian; Australia Australian; Austria Austrian; Azerbaijan Azerbaijani Azeri; Bahrain Bahraini
Bangladesh Bangladeshi; Belarus Belarusian; Belgium Belgian; Bolivia Bolivian; Bosnia Bosnian; Brazil Brazilian
Britain British Briton UK; Bulgaria Bulgarian; Cambodia Cambodian; Cameroon Cameroonian; Canada Canadian
Chad Chadian; Chile Chilean; China Chinese; Colombia Colombian; Croatia Croatian; Cuba Cuban; Cyprus Cypriot
Czechia Czech; Denmark Danish Dane; Ecuador Ecuadorian; Egypt Egyptian; England English; Eritrea Eritrean
Estonia Estonian; Ethiopia Ethiopian; Europe European EU; Fiji Fijian; Finland Finnish Finn; France French
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

# Other regions, each with its adjective and people, that news names now one way, now the other.
_REGIONS = """
Africa African; Asia Asian; Arabia Arab Arabian; Scandinavia Scandinavian; Siberia Siberian; Crimea Crimean
Caucasus Caucasian; Chechnya Chechen; Dagestan Dagestani; Kurdistan Kurdish Kurd; Gaza Gazan; Catalonia Catalan
Sicily Sicilian; Brittany Breton; Bavaria Bavarian; Corsica Corsican; Kashmir Kashmiri; Alaska Alaskan; Alabama Alabaman
Arizona Arizonan; California Californian; Colorado Coloradan; Florida Floridian; Georgia Georgian; Hawaii Hawaiian
Illinois Illinoisan; Louisiana Louisianan; Minnesota Minnesotan; Nebraska Nebraskan; Nevada Nevadan; Ohio Ohioan
Oregon Oregonian; Pennsylvania Pennsylvanian; Tennessee Tennessean; Texas Texan; Utah Utahn; Virginia Virginian
Ontario Ontarian; Quebec Québécois; Queensland Queenslander; London Londoner; Paris Parisian; Moscow Muscovite
"""

# Irregular verbs, with the nouns made of them where they are as irregular.
_VERBS = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began begun; bend bent
bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought
build built; burn burnt; buy bought; catch caught; choose chose chosen choice; cling clung; come came
creep crept; deal dealt; dig dug; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten
fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled flight; fly flew flown
forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got gotten
give gave given; go went gone; grow grew grown growth; hang hung; hear heard; hide hid hidden; hold held
keep kept; kneel knelt; know knew known; lay laid; lead led; learn learnt; leave left; lend lent; lie lay lain
light lit; lose lost loss; make made; mean meant; meet met; pay paid; prove proven; ride rode ridden
ring rang rung; rise rose risen; run ran; say said; see saw seen; seek sought; sell sold sale; send sent
shake shook shaken; shine shone; shoot shot; show shown; shrink shrank shrunk; sing sang sung song
sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken speech; spend spent; spin spun
spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung; strike struck stricken
strive strove; swear swore sworn; sweep swept; swim swam swum; swing swung; take took taken; teach taught
tear tore torn; tell told; think thought; throw threw thrown; understand understood; wake woke woken
wear wore worn; weave wove woven; weep wept; win won; withdraw withdrew withdrawn; write wrote written
die died dead death; close closed closure; sign signed signature; man men; woman women; child children
"""

_ORDINALS = """
first 1st; second 2nd; third 3rd; fourth 4th; fifth 5th; sixth 6th; seventh 7th; eighth 8th; ninth 9th; tenth 10th
"""

# Acts that news reports by now one word, now another.
_ACTS = """
ask urge request appeal; answer reply respond response; propose proposal suggest suggestion offer
admit acknowledge confess; condemn denounce; resign resignation quit; buy bought purchase acquire
marry married wife husband spouse; die died dead death kill killed fatality; injure injury wound hurt
protest rally demonstrate demonstration gather; arrest detain detention; stop stopped halt suspend suspension
"""

_RELATED = _COUNTRIES + _REGIONS + _VERBS + _ORDINALS + _ACTS

# Words that news seldom needs, as it names the kind: each, then what counts as it where no article has it.
_BROADER = """
leader president premier chancellor prime king; politician president minister senator lawmaker
diplomat ambassador envoy minister secretary; aircraft plane jet airliner helicopter
vehicle car truck lorry bus ambulance van; soldier serviceman troops; weapon missile rocket rifle gun bomb
deal agreement accord treaty pact; treaty agreement accord pact deal; accord agreement treaty pact deal
worker employee staff labourer; employee worker staff; doctor physician surgeon medic; boss chief director head
fight war battle clash; battle war fight clash; raid attack assault; assault attack raid
"""

# Words that news may put otherwise: the same, each with what says it where no article has the word itself.
_REWORDED = """
travel visit trip tour journey; trip visit travel tour journey; journey visit travel trip tour
live reside inhabit inhabitant resident population; emigrate flee settle move; escape flee
tense tension strain; worse worsen deteriorate strain; worsen deteriorate strain; deteriorate worsen strain
back support ally; upset annoy anger irritate strain; annoy anger irritate upset; angry anger annoy outrage furious
criticise criticize condemn denounce; criticize condemn denounce; blame accuse fault; murder kill
allow permit let; permit allow let; forbid ban prohibit outlaw; prohibit ban forbid outlaw; ban forbid prohibit
start begin launch; begin start launch; launch start begin; finish end conclude; end finish conclude
found establish create; establish found create; destroy demolish raze ruin; rescue save
increase rise grow climb; decrease fall drop decline; decline fall drop decrease; drop fall decline decrease
West western; mediate broker mediator; broker mediate negotiate; reason cause; aid help assist; help aid assist
American US USA States; Americans US USA States
talk negotiate discuss; negotiation talk discuss; discussion talk negotiate
"""


# British and American spellings: endings that take each other's place, and words by themselves.
_ENDINGS = (
    (re.compile(r"(?<=\w{3})is(?=(?:e[sdr]?|ing|ations?|ers)$)"), "iz"),
    (re.compile(r"(?<=\w{3})iz(?=(?:e[sdr]?|ing|ations?|ers)$)"), "is"),
    (re.compile(r"(?<=\w{3})our(?=(?:s|ed|ing|able|ites?|hoods?)?$)"), "or"),
    (re.compile(r"(?<=\w{3})or(?=(?:s|ed|ing|able|ites?|hoods?)?$)"), "our"),
    (re.compile(r"(?<=\w{3})re(?=s?$)"), "er"),
    (re.compile(r"(?<=\w{3})er(?=s?$)"), "re"),
    (re.compile(r"(?<=efen|ffen|icen|eten)c(?=es?$)"), "s"),
    (re.compile(r"(?<=efen|ffen|icen|eten)s(?=es?$)"), "c"),
)
_SPELLINGS = """
programme program; grey gray; aluminium aluminum; sceptic skeptic; sceptical skeptical; ageing aging
judgement judgment; aeroplane airplane; mould mold; plough plow; tonne ton; cheque check; tyre tire; storey story
jewellery jewelry; enrol enroll; fulfil fulfill; paediatric pediatric; oestrogen estrogen; anaemia anemia
manoeuvre maneuver; analyse analyze; paralyse paralyze; catalogue catalog; dialogue dialog; sulphur sulfur
"""


@cache
def _spelled() -> dict[str, tuple[str, ...]]:
    pairs = [entry.split() for entry in _SPELLINGS.replace("\n", ";").split(";") if entry]
    return {
        stem: tuple(stems(b))
        for one, other in pairs
        for a, b in ((one, other), (other, one))
        for stem in stems(a)
    }


def other_spellings(word: str) -> tuple[str, ...]:
    """Return the stems that a word may have as others spell it: recognise and recognize, centre and center.

    Some are of no word at all ("actour"), which no article holds.
    """
    (stem, *_) = (*stems(word), "")
    written = word.lower()
    others = [ending.sub(new, written) for ending, new in _ENDINGS]
    found = [other for spelled in others if spelled != written for other in stems(spelled)]
    return tuple(dict.fromkeys(other for other in (*found, *_spelled().get(stem, ())) if other != stem))


@cache
def _groups(table: str) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for entry in table.replace("\n", ";").split(";"):
        group = tuple(dict.fromkeys(stem for word in entry.split() for stem in stems(word)))
        for stem in group:
            groups[stem] = tuple(dict.fromkeys(groups.get(stem, ()) + group))
    return groups


@cache
def _narrower() -> dict[str, tuple[str, ...]]:
    entries = [entry.split() for entry in (_BROADER + _REWORDED).replace("\n", ";").split(";") if entry]
    return {
        stems(word)[0]: tuple(stem for other in others for stem in stems(other)) for word, *others in entries
    }


def narrower_stems(stem: str) -> tuple[str, ...]:
    """Return the stems of what may count as a word that no article has: a president is a leader."""
    return _narrower().get(stem, ())


@cache
def _countries() -> dict[str, str]:
    entries = [entry.split() for entry in _COUNTRIES.replace("\n", ";").split(";") if entry.strip()]
    return {stem: stems(entry[0])[0] for entry in entries for word in entry for stem in stems(word)}


def related_stems(stem: str) -> tuple[str, ...]:
    """Return the stems of a word's other forms, in the table's order; empty for a word that is not in it."""
    found = _groups(_RELATED).get(stem, ())
    return tuple(other for other in found if other != stem)


def other_words(stem: str) -> frozenset[str]:
    """Return the stems of the words by which news reports the same act: they count as a word, and are not it."""
    return frozenset(_groups(_ACTS).get(stem, ())).difference(_groups(_VERBS).get(stem, ()), {stem})


def is_country(stem: str) -> bool:
    """Tell whether the stem is a country's name or that of its people."""
    return stem in _countries()


def country_of(stem: str) -> str | None:
    """Return the stem of the country's name, for that or its people's; None for any other word's."""
    return _countries().get(stem)
