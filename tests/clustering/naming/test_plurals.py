import pytest

from core.clustering.naming.plurals import plural


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mug", "mugs"),
        ("dress", "dresses"),
        ("evening dress", "evening dresses"),
        ("berry", "berries"),
        ("toy", "toys"),
        ("brush", "brushes"),
        ("jeans", "jeans"),
        ("denim shorts", "denim shorts"),
        ("mugs", "mugs"),
        ("pocket knife", "pocket knives"),
        ("Woman", "Women"),
        ("clownfish", "clownfish"),
        ("bus", "buses"),
        ("t-shirt", "t-shirts"),
        ("SKU-123", "SKU-123"),
    ],
)
def test_the_last_word_changes(one, many):
    assert plural(one) == many
    assert plural(many) == many
