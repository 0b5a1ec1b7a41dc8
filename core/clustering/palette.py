"""One colour per cluster, the same on the map, on cards, in charts and in what is exported."""

import colorsys

_LIGHT = (
    "#14665A", "#C8752B", "#2B6396", "#A8456B", "#7C8F2C", "#6B4FA0", "#D1A21B", "#2FA39A", "#B93A32",
    "#5B8FD6", "#7A4A22", "#D77FB3", "#3F8F4A", "#9C87D8", "#E0906B", "#1F3F6B", "#A9B665", "#7D2248",
    "#4F6D7A", "#C9B26B",
)  # fmt: skip
_DARK = (
    "#4FB7A1", "#E39A56", "#6AA5D8", "#D9789E", "#AFC05A", "#A58AD8", "#EBC64A", "#6FD6CC", "#E5675C",
    "#9CC2F5", "#B98556", "#F0A9D0", "#6CC07A", "#C7B8F2", "#F4B596", "#4F7FC4", "#D3DE9C", "#C0527F",
    "#8FB0BF", "#E3D29B",
)  # fmt: skip
_GOLDEN = 0.618033988749895

NOWHERE = {False: "#B9B4A8", True: "#5F5B53"}
"""The colour of what belongs to no cluster, or has no value, by whether the background is dark."""

SCALE = {
    False: ("#E3DFD6", "#B2D8CD", "#67AF9D", "#2B806D", "#0B4B42"),
    True: ("#33312C", "#1B685B", "#459885", "#8DC7B7", "#DDF1EA"),
}
"""From little to much, by whether the background is dark."""


def colour(cluster: int, dark: bool = False) -> str:
    """The colour of a cluster as ``#RRGGBB``; a negative number is what belongs nowhere.

    The first twenty are picked by hand to be distinguished; those after them step round the hues by the
    golden ratio, so that neighbours in number differ.
    """
    if cluster < 0:
        return NOWHERE[dark]
    picked = _DARK if dark else _LIGHT
    if cluster < len(picked):
        return picked[cluster]
    step = cluster - len(picked)
    lightness = (0.58, 0.7, 0.8)[step % 3] if dark else (0.36, 0.48, 0.6)[step % 3]
    red, green, blue = colorsys.hls_to_rgb((0.03 + step * _GOLDEN) % 1.0, lightness, 0.52)
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"


def colours(clusters: int, dark: bool = False) -> tuple[str, ...]:
    """The colours of the first so many clusters."""
    return tuple(colour(cluster, dark) for cluster in range(clusters))
