"""English plurals, as far as names of things need them.

The package `inflect` takes three seconds of processor time to import and has ten other plurals among the
thousand words of `nouns.txt`: golves, flamingoes, tuxedoes, and one bus, two bus.
"""

_IRREGULAR = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "people",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "mouse": "mice",
    "ox": "oxen",
    "die": "dice",
    "knife": "knives",
    "leaf": "leaves",
    "shelf": "shelves",
    "scarf": "scarves",
    "loaf": "loaves",
    "wolf": "wolves",
    "half": "halves",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "mango": "mangoes",
    "volcano": "volcanoes",
    "cargo": "cargo",
    "bison": "bison",
    "salmon": "salmon",
    "wool": "wool",
    "hay": "hay",
    "corn": "corn",
    "dough": "dough",
    "clothing": "clothing",
    "footwear": "footwear",
    "outerwear": "outerwear",
    "outwear": "outwear",
    "furniture": "furniture",
    "jewelry": "jewelry",
    "jewellery": "jewellery",
    "spaghetti": "spaghetti",
}
_PLURAL_ALREADY = frozenset(
    {
        "shoes", "boots", "clothes", "pants", "trousers", "jeans", "shorts", "tights", "leggings", "trunks",
        "pajamas", "pyjamas", "glasses", "sunglasses", "binoculars", "scissors", "pliers", "noodles",
        "people", "men", "women", "children", "feet", "geese", "mice", "dice", "series", "species",
        "headphones",
    }
)  # fmt: skip
_SAME = ("fish", "sheep", "deer", "craft", "wear")


def plural(noun: str) -> str:
    """The plural of a noun of one or more words, whose last word is the one that changes.

    Words that are plural already ("jeans", "dresses") and those that have none ("wool") stay as they are.
    """
    head, _, last = noun.rpartition(" ")
    low = last.casefold()
    if not low.isalpha() and not low.replace("-", "").isalpha():
        return noun
    if low in _IRREGULAR:
        many = _IRREGULAR[low]
        many = last[0] + many[1:] if last[0].casefold() == many[0] else many
    elif low in _PLURAL_ALREADY or low.endswith(_SAME) or _ends_as_a_plural(low):
        many = last
    elif low.endswith(("s", "x", "z", "ch", "sh")):
        many = f"{last}es"
    elif low.endswith("y") and low[-2:-1] not in "aeiou":
        many = f"{last[:-1]}ies"
    else:
        many = f"{last}s"
    return f"{head} {many}" if head else many


def _ends_as_a_plural(word: str) -> bool:
    """Whether a word looks like a plural: "mugs" and "dresses" do; "dress", "bus" and "iris" do not."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "as"))
