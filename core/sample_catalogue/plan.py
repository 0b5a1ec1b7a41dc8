"""The plan of the catalogue: which pictures there are, by what recipe, and what is truly a copy of what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import PurePosixPath

from .items import COPY_KINDS, SampleItem, SampleVerdict
from .kinds import KINDS, Kind
from .look import chance
from .palette import CLASHING_PAPERS, COLOURS, PAPERS

_PER_KIND = 14
_COPIES_OF_EACH_KIND = 7
_LOOK_ALIKES_OF_EACH_KIND = 8
_LOOK_ALIKE_KINDS = ("pattern", "shape", "backdrop", "colour")
# Plain comes back often: in a shop it does, and a colour query should find plain things first.
_PATTERN_ROUND = (
    "plain",
    "striped",
    "plain",
    "checked",
    "dotted",
    "plain",
    "zigzag",
    "plain",
    "floral",
    "striped",
)
# What the app's own examples ask for must be there to be found: (kind, colour, pattern, backdrop).
_ALSO = (
    ("dress", "red", "plain", "white"),
    ("dress", "red", "plain", "grey"),
    ("dress", "red", "dotted", "linen"),
)
_SIZES = ((480, 480), (600, 480), (480, 480), (480, 576), (512, 512), (480, 480), (640, 480))

_PLACES: dict[str, tuple[str, str]] = {
    "white": ("on-white", "on a white background"),
    "grey": ("on-grey", "on a grey background"),
    "wood": ("on-wood", "on a wooden table"),
    "marble": ("on-marble", "on a marble counter"),
    "garden": ("in-garden", "in a garden"),
    "room": ("in-room", "in a room"),
    "planks": ("on-boards", "on wooden boards"),
    "linen": ("on-linen", "on a linen cloth"),
    "wall": ("on-wall", "on a wall"),
    **{paper: (f"on-{paper}", f"on {paper} paper") for paper in PAPERS},
}
_SUFFIXES = {
    "re-encoded": "recompressed",
    "resized": "small",
    "cropped": "cropped",
    "watermarked": "watermarked",
    "recoloured": "recoloured",
    "flipped": "flipped",
}


@dataclass(frozen=True)
class Recipe:
    """Everything that drawing one original picture takes."""

    kind: Kind
    colour: str
    pattern: str
    backdrop: str
    make: str  # decides the shape: pictures of one make show the same thing
    pose: str  # decides place and light: pictures of one pose were taken from the same spot
    size: tuple[int, int]
    extension: str = "jpg"
    cut_out: bool = False  # transparent around the product
    taken: datetime | None = None
    another: bool = False

    @property
    def name(self) -> str:
        """The file's name, telling what it shows."""
        words = ["another"] * self.another + [self.colour] + [self.pattern] * (self.pattern != "plain")
        place = "cut-out" if self.cut_out else _PLACES[self.backdrop][0]
        return f"{self.kind.folder}/{'-'.join([*words, self.kind.label, place])}.{self.extension}"

    @property
    def caption(self) -> str:
        """What the picture shows, in words."""
        article = "another" if self.another else "an" if self.colour[0] in "aeiou" else "a"
        words = [article, self.colour] + [self.pattern] * (self.pattern != "plain") + [self.kind.label]
        return " ".join([*words, _PLACES[self.backdrop][1]])


@dataclass(frozen=True)
class Plan:
    """The whole catalogue: items in order, recipes by name, what makes each look-alike differ."""

    items: tuple[SampleItem, ...]
    recipes: dict[str, Recipe]
    verdicts: tuple[SampleVerdict, ...]


def _paper_for(colour: str, number: int) -> str:
    fitting = [p for p in PAPERS if p not in CLASHING_PAPERS.get(colour, frozenset())]
    return fitting[number % len(fitting)]


def _originals() -> list[Recipe]:
    colours = tuple(COLOURS)
    recipes: list[Recipe] = []
    for k, kind in enumerate(KINDS):
        pattern_round = [p for p in _PATTERN_ROUND if p in kind.patterns]
        for n in range(_PER_KIND):
            number = len(recipes)
            colour = colours[(n * 4 + k * 3) % len(colours)]
            backdrop = kind.backdrops[(n + k) % len(kind.backdrops)]
            if backdrop == "paper":
                backdrop = _paper_for(colour, n + k)
            make = f"{kind.label} {n}"
            recipe = Recipe(
                kind,
                colour,
                pattern_round[(n + k) % len(pattern_round)],
                backdrop,
                make,
                make,
                _SIZES[(n * 3 + k) % len(_SIZES)],
                extension={7: "png", 16: "webp"}.get(number % 18, "jpg"),
            )
            if recipe.extension == "png" and backdrop == "white":
                recipe = replace(recipe, cut_out=True)
            elif recipe.extension == "jpg" and number % 3 == 0:
                recipe = replace(recipe, taken=_taken(number))
            recipes.append(recipe)
    return recipes


def _also() -> list[Recipe]:
    """Return the recipes of `_ALSO`; no copy or look-alike is made of them."""
    kinds = {kind.label: kind for kind in KINDS}
    recipes = []
    for n, (label, colour, pattern, backdrop) in enumerate(_ALSO):
        make = f"{label} also {n}"
        recipes.append(Recipe(kinds[label], colour, pattern, backdrop, make, make, _SIZES[n]))
    return recipes


def _taken(number: int) -> datetime:
    """Return a capture time in 2024, in working hours."""
    day = int(366 * chance("day", number))
    return datetime(2024, 1, 1, 8) + timedelta(days=day, seconds=int(9 * 3600 * chance("hour", number)))


def _look_alike(original: Recipe, kind: str, number: int) -> Recipe:
    """Return a recipe that shares everything with ``original`` but one thing."""
    plain = replace(original, cut_out=False, taken=None, extension="jpg")
    if kind == "pattern":
        others = [p for p in original.kind.patterns if p != original.pattern]
        return replace(plain, pattern=others[number % len(others)])
    if kind == "colour":
        others = [c for c in COLOURS if c != original.colour]
        return replace(plain, colour=others[number % len(others)])
    if kind == "backdrop":
        others = [b for b in original.kind.backdrops if b not in {original.backdrop, "paper"}]
        return replace(plain, backdrop=others[number % len(others)])
    return replace(plain, make=f"{original.make} again", another=True)


def _copy_name(original: str, kind: str) -> str:
    path = PurePosixPath(original)
    return str(path.with_name(f"{path.stem}-{_SUFFIXES[kind]}.jpg"))


@lru_cache(maxsize=1)
def the_plan() -> Plan:
    """Return the catalogue's plan, made once."""
    originals = _originals()
    recipes = {recipe.name: recipe for recipe in (*originals, *_also())}
    items = [SampleItem(r.name, r.kind.label, r.caption, None, None, None) for r in recipes.values()]
    verdicts: list[SampleVerdict] = []
    count = len(originals)
    for number in range(_LOOK_ALIKES_OF_EACH_KIND * len(_LOOK_ALIKE_KINDS)):
        kind = _LOOK_ALIKE_KINDS[number % len(_LOOK_ALIKE_KINDS)]
        # A stride without a common factor with the count visits every kind of product in turn.
        for attempt in range(count):
            original = originals[(number * 31 + 5 + attempt) % count]
            recipe = _look_alike(original, kind, number // len(_LOOK_ALIKE_KINDS))
            if recipe.name not in recipes:
                break
        recipes[recipe.name] = recipe
        items.append(SampleItem(recipe.name, recipe.kind.label, recipe.caption, None, None, original.name))
        verdicts.append(SampleVerdict(original.name, recipe.name, "different", kind))
    copies: dict[str, list[SampleItem]] = {}
    for number in range(_COPIES_OF_EACH_KIND * len(COPY_KINDS)):
        kind = COPY_KINDS[number % len(COPY_KINDS)]
        # Every sixth round returns to an original that has a copy already: groups of more than two exist too.
        source = (
            originals[(number * 139 + 11) % count]
            if number % 6
            else originals[(number * 139 + 11 - 139) % count]
        )
        item = SampleItem(
            _copy_name(source.name, kind), source.kind.label, source.caption, source.name, kind, None
        )
        items.append(item)
        verdicts.append(SampleVerdict(source.name, item.name, "duplicate", kind))
        verdicts += [SampleVerdict(c.name, item.name, "duplicate", kind) for c in copies.get(source.name, [])]
        copies.setdefault(source.name, []).append(item)
    # A copy of the original is no copy of its look-alike either.
    for verdict in [v for v in verdicts if v.verdict == "different"]:
        verdicts += [
            SampleVerdict(c.name, verdict.b, "different", verdict.kind) for c in copies.get(verdict.a, [])
        ]
    return Plan(tuple(sorted(items, key=lambda item: item.name)), recipes, tuple(verdicts))


def sample_items() -> tuple[SampleItem, ...]:
    """Return every picture of the catalogue, by name; nothing is drawn yet."""
    return the_plan().items


def sample_verdicts() -> tuple[SampleVerdict, ...]:
    """Return what is true of the pairs made to be alike: copies (duplicate) and look-alikes (different)."""
    return the_plan().verdicts
