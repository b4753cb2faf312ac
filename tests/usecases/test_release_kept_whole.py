"""A release is loaded as it was published: the order of what coordinators wrote means something, and is kept."""

from __future__ import annotations

from pathlib import Path

from service.core.model import Urgency
from service.core.urgency import assess
from service.languages import read_home
from service.store.engine import Database
from service.store.schema import metadata
from service.usecases.releases import Releases, build, store_release
from tests.support.house import HOME, TUESDAY

RULES = {
    "language": "en",
    "version": "2026-11-24",
    # The later list stands on the earlier one, and comes before it in the alphabet.
    "words": {"oneself": "myself, me", "harm_to": "{oneself}, my body"},
    "urgent": {"harm": {"reason": "says they will harm themselves", "match": "hurt {harm_to}"}},
}


def test_a_word_list_that_stands_on_an_earlier_one_is_understood_when_the_release_is_loaded(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'order.sqlite'}")
    metadata.create_all(database.engine)
    snapshot = read_home(HOME)
    for code, entry in snapshot["languages"].items():
        entry["urgency"] = RULES if code == "en" else None
    release = build(snapshot, TUESDAY.date())
    store_release(database, snapshot, release, "a test", TUESDAY)
    loaded = Releases(database).current()
    assert assess("I will hurt myself", loaded.rules).urgency is Urgency.URGENT
    database.close()
