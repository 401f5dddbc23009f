"""Whatever a file holds: rows in = imported + rejected, and what is planned makes a tree."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory.imports.areas.plan import plan_areas
from bot.directory.imports.areas.states import AreaState, KnownArea
from bot.directory.imports.columns import COLUMNS, Kind
from bot.directory.imports.groups.plan import plan_groups
from bot.directory.imports.groups.states import GroupState, KnownGroup, KnownRobot
from bot.directory.imports.people.plan import plan_people
from bot.directory.imports.people.states import KnownPerson, PersonState
from bot.directory.imports.places import Places
from bot.directory.imports.sheets import Sheet, read
from bot.directory.imports.shelters.plan import plan_shelters
from bot.directory.imports.shelters.states import KnownShelter, ShelterState

KEY = "00000000-0000-4000-8000-00000000000"
PARENTS = {"r": "", "a": "r", "b": "a", "c": "a"}
AREAS = {code: KnownArea(n, AreaState(code, f"区{code}", "村", up)) for n, (code, up) in enumerate(PARENTS.items(), 1)}
PLACES = Places((code, area.state.name, area.state.parent) for code, area in AREAS.items())
PEOPLE = [
    KnownPerson(1, PersonState("p1", "甲", "a", frozenset({"网格员"}), userid="u1", digest="10000000001")),
    KnownPerson(2, PersonState("phone:10000000002", "乙", "a", userid="u2", digest="10000000002")),
    KnownPerson(3, PersonState("at:b/丙", "丙", "b")),
]
GROUPS = [
    KnownGroup(1, GroupState("g1", "甲群", "a", "村群"), (KnownRobot(1, 1, f"{KEY}1", ""),)),
    KnownGroup(2, GroupState("at:b/乙群", "乙群", "b", "村群"), (KnownRobot(2, 2, f"{KEY}2", "replaced"),)),
]
SHELTERS = [KnownShelter(1, ShelterState("at:a/甲", "甲", "a", lon=103.5, lat=26.4))]
WORDS = {
    "code": ["r", "a", "b", "c", "d", "e", "f", "柳"],
    "parent": ["", "-", "r", "a", "b", "c", "d", "e", "f", "x", "区a"],
    "id": ["", "p1", "p2", "g1", "g2", "phone:1"],
    "name": ["甲", "乙", "丙", "甲群", "乙群", "", "-"],
    "area": ["a", "b", "x", "", "区c"],
    "userid": ["", "u1", "U2", "u3", "-", "李"],
    "phone": ["", "10000000001", "10000000002", "10000000003", "1", "-"],
    "robot_key": ["", f"{KEY}1", f"{KEY}2", f"{KEY}3;{KEY}4", "x", "-"],
    "roles": ["网格员", "值班员;带班领导", ""],
    "kind": ["村群", "", "别的"],
    "level": ["村", ""],
    "lon": ["", "103.52", "26.4", "-", "x"],
    "lat": ["", "26.41", "103.5", "-"],
    "capacity": ["", "12", "0", "-"],
}


def rows_of(kind: Kind) -> st.SearchStrategy[list[list[str]]]:
    cells = [
        st.sampled_from(WORDS[column.name]) | st.text(max_size=8)
        if column.name in WORDS
        else st.sampled_from(["", "1"])
        for column in COLUMNS[kind]
    ]
    return st.lists(st.tuples(*cells).map(list), max_size=12)


def sheet_of(kind: Kind, rows: list[list[str]]) -> Sheet:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in COLUMNS[kind]])
    writer.writerows([[cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row] for row in rows])
    return read(kind, buffer.getvalue().encode())


@given(rows_of(Kind.areas))
@settings(max_examples=150, deadline=None)
def test_areas(rows: list[list[str]]) -> None:
    sheet = sheet_of(Kind.areas, rows)
    plan = plan_areas(sheet, AREAS)
    assert plan.rows == len(sheet.rows) == plan.imported + plan.rejected
    parents = PARENTS | {item.state.code: item.state.parent for item in (*plan.adds, *plan.updates)}
    assert list(parents.values()).count("") == 1
    for code in parents:
        seen = set()
        while code:
            assert code not in seen
            seen.add(code)
            code = parents[code]


@given(rows_of(Kind.people))
@settings(max_examples=150, deadline=None)
def test_people(rows: list[list[str]]) -> None:
    sheet = sheet_of(Kind.people, rows)
    plan = plan_people(sheet, PEOPLE, PLACES, str)
    assert plan.rows == len(sheet.rows) == plan.imported + plan.rejected
    states = {person.id: person.state for person in PEOPLE} | {i.id: i.state for i in plan.updates if i.id}
    after = [*states.values(), *(item.state for item in plan.adds)]
    assert len({state.key for state in after}) == len(after)
    userids = [state.userid.lower() for state in after if state.userid]
    assert len(set(userids)) == len(userids)


@given(rows_of(Kind.groups))
@settings(max_examples=150, deadline=None)
def test_groups(rows: list[list[str]]) -> None:
    sheet = sheet_of(Kind.groups, rows)
    plan = plan_groups(sheet, GROUPS, PLACES, str)
    assert plan.rows == len(sheet.rows) == plan.imported + plan.rejected
    wanted = [key for item in (*plan.adds, *plan.updates) for key in item.state.robots or ()]
    assert len(set(wanted)) == len(wanted)
    keys = {group.id: group.state.key for group in GROUPS} | {
        item.id: item.state.key for item in plan.updates if item.id
    }
    all_keys = [*keys.values(), *(item.state.key for item in plan.adds)]
    assert len(set(all_keys)) == len(all_keys)


@given(rows_of(Kind.shelters))
@settings(max_examples=150, deadline=None)
def test_shelters(rows: list[list[str]]) -> None:
    sheet = sheet_of(Kind.shelters, rows)
    plan = plan_shelters(sheet, SHELTERS, PLACES)
    assert plan.rows == len(sheet.rows) == plan.imported + plan.rejected
    after = {one.id: one.state for one in SHELTERS} | {item.id: item.state for item in plan.updates if item.id}
    states = [*after.values(), *(item.state for item in plan.adds)]
    assert len({state.key for state in states}) == len(states)
    assert all((state.lon is None) == (state.lat is None) for state in states)
