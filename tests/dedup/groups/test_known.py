from core.dedup.groups.known import known_copies
from core.dedup.labels.labels import judge
from tests.support.pictures import jpeg


def test_what_a_person_called_duplicates_is_known_without_a_scan(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(4)])
    one, two, three, _ = shop.ids()
    assert known_copies(shop) == []
    judge(shop, one, two, "duplicate")
    judge(shop, two, three, "different")
    assert known_copies(shop) == [(one, two)]
