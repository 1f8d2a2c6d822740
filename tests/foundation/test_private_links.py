from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code, link_fits, read_link

KEYS = Keyring({1: b"one" * 11, 2: b"two" * 11}, current=2)


@given(st.integers(0, 65535), st.uuids(), st.text(max_size=20))
def test_a_link_leads_back_to_its_row_and_fits_only_what_it_was_made_for(number: int, row: UUID, turn: str) -> None:
    link = read_link(link_code(KEYS, "pack", number, row, turn=turn))
    assert link is not None
    assert (link.programme_number, link.row_id, link.key_number) == (number, row, 2)
    assert link_fits(KEYS, "pack", link, turn=turn)
    assert not link_fits(KEYS, "consent", link, turn=turn)
    assert not link_fits(KEYS, "pack", link, turn=f"{turn}.")


@given(st.data())
def test_no_changed_character_fits(data: st.DataObject) -> None:
    code = link_code(KEYS, "pack", 7, UUID(int=5))
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != code[place]))
    link = read_link(code[:place] + other + code[place + 1 :])
    assert link is None or not link_fits(KEYS, "pack", link)


@given(st.text(max_size=80))
def test_what_was_never_made_opens_nothing(code: str) -> None:
    link = read_link(code)
    assert link is None or not link_fits(KEYS, "pack", link)


def test_links_of_an_older_key_fit_while_it_is_listed() -> None:
    link = read_link(link_code(Keyring({1: b"one" * 11}), "pack", 1, uuid4()))
    assert link is not None
    assert link_fits(KEYS, "pack", link)
    assert not link_fits(Keyring({2: b"two" * 11}, current=2), "pack", link)
