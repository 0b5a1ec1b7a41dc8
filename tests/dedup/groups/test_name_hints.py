import pytest

from core.dedup.groups.name_hints import copy_hint


@pytest.mark.parametrize(
    "name",
    ["holiday (1).jpg", "a/b - Copy.png", "Kopie von x.jpg", "x-edited.jpg", "x_small.jpg", "s-300x200.jpg",
     "IMG-20210704-WA0003.jpg", "FB_IMG_1500.jpg", "Screenshot 2021.png", "x~2.jpg", "x copy 2.jpeg"],
)  # fmt: skip
def test_names_of_copies(name):
    assert copy_hint(name)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_0001.jpg",
        "copyright.jpg",
        "smallville.jpg",
        "photo (evening).jpg",
        "webcam.png",
        "a/copy/x.jpg",
        "",
    ],
)
def test_other_names(name):
    assert copy_hint(name) == ""
