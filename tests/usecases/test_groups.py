"""Groups against what is beside them: flows that do not fit are named, and nobody's group is taken away unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.store.schema import participants, releases
from service.usecases import publishing
from service.usecases.groups import group_faults
from service.usecases.publishing import HomeProblems, publish
from tests.support.house import PARTICIPANT, STRANGER
from tests.usecases.homes import GROUPS, Village
from tests.usecases.small_flows import joined, small_home


def test_flows_of_a_home_that_do_not_fit_its_groups_are_named_with_file_and_line() -> None:
    made = small_home(
        GROUPS + "      - {flow: weakly, on: Friday, at: 09:00}\n      - {flow: welcome, on: Friday, at: 10:00}\n"
    )
    assert [str(problem).split("; ")[0] for problem in group_faults(made)] == [
        "config/groups.yml:7: weakly is not in flows/",
        "config/groups.yml:8: welcome starts on joining, and a group is asked only what starts every week or every day",
    ]
    assert group_faults(small_home()) == group_faults(small_home(None)) == ()


@pytest.mark.parametrize(("people", "said"), [(1, "1 person is"), (2, "2 people are")])
def test_a_group_with_people_in_it_is_not_taken_away_from_them(
    house: Village, monkeypatch: pytest.MonkeyPatch, people: int, said: str
) -> None:
    house.publish(small_home())
    for name, number in (("Noor", PARTICIPANT), ("Zara", STRANGER))[:people]:
        joined(house, name, number)
    with house.database.write() as tx:
        tx.execute(update(participants).values(group_name="mornings"))
    monkeypatch.setattr(publishing, "check_home", lambda *_: small_home(GROUPS))
    with pytest.raises(HomeProblems) as refused:
        publish(house.deps, Path(), "a coordinator")
    assert str(refused.value) == (
        f"config/groups.yml:1: {said} in the group mornings, which is not here; "
        f"write it again, or move them first: alongside people group PERSON everyone"
    )
    before = house.values(select(releases.c.id))
    monkeypatch.setattr(publishing, "check_home", lambda *_: small_home())
    publish(house.deps, Path(), "a coordinator")
    assert len(house.values(select(releases.c.id))) == len(before) + 1
