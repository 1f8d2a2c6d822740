import pytest

from tests.hours.imports.registers import csv_bytes, one, person, read, sample_people
from timecredits.hours.imports.cells import Unclear
from timecredits.hours.imports.matching import KnownPerson, People

PEOPLE = [
    *sample_people(),
    person("محمد", "علي", "V2000"),
    person("Ангелина", "Йовчева", "V2001"),
    person("Shaun", "MacDonald", "V2002"),
    person("Anna Maria", "de la Cruz", "12"),
    person("Jo", "Twin", "V3001"),
    person("Jo", "Twin", "V3002"),
    person("James", "Thomas", "V3003"),
    person("Thomas", "James", None),
]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Kerry O'Brien", "V1014"),
        ("kerry obrien", "V1014"),
        ("O\u2019BRIEN, Kerry", "V1014"),
        ("Kerry O Brien", "V1014"),
        ("Mrs Kerry O`Brien", "V1014"),
        ("Sian ONeill Wyn", "V1900"),
        ("O'Neill\u2013Wyn, Siân", "V1900"),
        ("Lukasz Zak", "V1901"),
        ("ŻAK  Łukasz", "V1901"),
        ("\u0141ukasz \u017bak\u200e", "V1901"),
        ("=Anna Test", "V1902"),
        ("علي محمد", "V2000"),
        ("\u202bمُحَمَّد علي\u202c", "V2000"),
        ("йовчева ангелина", "V2001"),
        ("Shaun Mac Donald", "V2002"),
        ("de la Cruz, Anna Maria", "12"),
        ("v1003", "V1003"),
        ("Tony Butler (V1003)", "V1003"),
        ("V1003 Tony Butler", "V1003"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, number: str) -> None:
    assert People(PEOPLE).find(name, "").number == number


@pytest.mark.parametrize(
    ("name", "number", "found"),
    [
        ("", "V1003", "V1003"),
        ("", "v 1003", "V1003"),
        ("", "0012", "12"),
        ("Tony", "V1003", "V1003"),
        ("T Butler", "V1003", "V1003"),
        ("T. B.", "V1003", "V1003"),
        ("Jo Twin", "V3002", "V3002"),
    ],
)
def test_a_number_is_enough_and_a_name_beside_it_may_be_short(name: str, number: str, found: str) -> None:
    assert People(PEOPLE).find(name, number).number == found


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("", "", "The volunteer is missing"),
        ("Nobody Atall", "", "We know nobody here called “Nobody Atall”"),
        ("Tony", "", "We know nobody here"),
        ("Jo Twin", "", "More than one person here is called “Jo Twin”. Add the volunteer number"),
        ("James Thomas", "", "More than one person"),
        ("Nobody Atall", "V9999", "Nobody here has the number “V9999”"),
        ("Tony Butler", "V9999", "Nobody here has the number"),
        ("Lynda Fowler", "V1005", "is not the number of “Lynda Fowler”"),
        ("Tony Fowler", "V1005", "is not the number of"),
    ],
)
def test_nobody_is_guessed(name: str, number: str, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        People(PEOPLE).find(name, number)


def test_dropped_zeros_are_found_only_where_no_number_fits_as_written() -> None:
    people = [person("A", "One", "0012"), person("B", "Two", "12")]
    assert People(people).find("", "0012").first_name == "A"
    assert People([people[0]]).find("", "12").first_name == "A"


def test_only_the_people_given_can_be_found_or_counted() -> None:
    elsewhere: list[KnownPerson] = []
    reading = read(csv_bytes([["Date", "Name", "Hours", "Activity"], ["4/3/2026", "Tony Butler", "2", "Garden"]]), elsewhere)
    assert [(problem.row, problem.column) for problem in reading.problems] == [(2, "volunteer")]
    assert str(reading.problems[0].message) == "We know nobody here called “Tony Butler”. Check the name, or enrol them first."


def test_two_people_of_one_name_need_a_number_in_the_register() -> None:
    twins = [person("Jo", "Twin", "1"), person("Jo", "Twin", "2")]
    rows = [
        ["Date", "Name", "No.", "Hours", "Activity"],
        ["4/3/2026", "Jo Twin", "", "2", "G"],
        ["4/3/2026", "Jo Twin", "2", "2", "G"],
    ]
    reading = read(csv_bytes(rows), twins)
    assert [row.person.number for row in reading.ready] == ["2"]
    assert [(problem.row, problem.column) for problem in reading.problems] == [(2, "volunteer")]


def test_a_column_of_line_numbers_is_not_taken_for_volunteer_numbers() -> None:
    reading = read(csv_bytes([["No.", "Date", "Name", "Hours", "Activity"], ["1", "4/3/2026", "Tony Butler", "2", "G"]]))
    assert [row.person.number for row in reading.ready] == ["V1003"]
    assert reading.layout.passed_over == ("No.",)


def test_a_long_name_is_cut_short_in_the_message() -> None:
    message = str(one(name="x" * 5000).problems[0].message)
    assert len(message) < 150
