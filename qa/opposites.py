"""Words that turn a sentence round: rose and fell, won and lost. Vectors of words hold them for near synonyms."""

from functools import cache

from index.analysis import stems

# Two sides, parted by "|"; a word of one side is the opposite of every word of the other.
_OPPOSITES = """
rise rose risen increase grow grew grown gain climb up higher more surge jump | fall fell fallen decrease drop decline
shrink down lower less fewer slump plunge
win won victory | lose lost loss defeat defeated
open reopen opened | close closed shut closure block
begin start launch began begun | end stop finish halt cease
accept agree approve welcome confirm allow permit | reject refuse deny oppose ban forbid prohibit block denied
support back | oppose condemn criticize
buy bought purchase | sell sold sale
arrive enter come came join | leave left depart withdraw quit exit withdrew
survive alive live | die died dead death kill killed
guilty convict convicted | innocent acquit acquitted
arrest detain jail | release free freed
before earlier | after later
first | last
north northern | south southern
east eastern | west western
ally friend | enemy foe
legal | illegal
true | false
good better best | bad worse worst
male man men father son brother he boy husband | female woman women mother daughter sister she girl wife
success succeed successful | failure fail unsuccessful
attack | defend
peace truce ceasefire | war
majority | minority
maximum most | minimum least
young younger | old older
possible | impossible
safe | dangerous
early | late
strengthen | weaken
hire appoint | dismiss sack fire
import | export
inside | outside
left | right
"""


@cache
def _sides() -> dict[str, frozenset[str]]:
    against: dict[str, frozenset[str]] = {}
    for line in _OPPOSITES.replace("decline\n", "decline ").strip().splitlines():
        one, other = (
            frozenset(stem for word in side.split() for stem in stems(word)) for side in line.split("|")
        )
        for side, opposite in ((one, other), (other, one)):
            for stem in side:
                against[stem] = against.get(stem, frozenset()) | opposite
    return against


def are_opposites(stem: str, other: str) -> bool:
    """Tell whether two stems are of words that say the opposite of one another."""
    return other in _sides().get(stem, ())
