"""Whether a collection on disk is whole, file by file."""


def files_in(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()}


def check_whole(shop):
    """Every committed picture is all there, and nothing else is."""
    with shop._writing():
        pass  # what opening for the next addition does first
    pictures = shop.page(0, 100_000)
    hashes = {picture.sha256 for picture in pictures}
    assert files_in(shop.root / "media") == hashes
    assert files_in(shop.root / "thumbnails") == hashes
    assert files_in(shop.root / "staging") == set()
    stored = shop.vectors()
    assert sorted(stored.ids.tolist()) == sorted(picture.id for picture in pictures)
    space = shop.space()
    if space is not None:
        assert stored.damaged == 0
    return pictures
