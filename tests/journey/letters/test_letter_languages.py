"""Letters in Welsh, and letters that tell of people and places in other scripts."""

import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.journey.letters.sample_letters import a_letter, a_role, assert_conforms, pages_of, words_in
from timecredits.foundation.display import display_hours, display_span, display_span_in
from timecredits.foundation.documents import UnprintableCharacter
from timecredits.journey.letters.letter_words import LANGUAGES, LetterWords
from timecredits.journey.letters.letter_words.english import ENGLISH
from timecredits.journey.letters.letter_words.welsh import WELSH
from timecredits.journey.letters.letter_writing import print_letter, print_letters

PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def test_each_language_has_the_same_words_with_the_same_places() -> None:
    assert LANGUAGES == ("en", "cy")
    assert ENGLISH.keys() == WELSH.keys()
    for key, english in ENGLISH.items():
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(WELSH[key])), key
        assert english != WELSH[key], key


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        LetterWords("fr")


def test_a_welsh_letter_says_nothing_in_english_by_itself() -> None:
    record = a_letter("Llŷr ap Gwynfor", opinion="Mae Llŷr yn sylwi ar bobl.", language="cy", confidential=True)
    pdf = print_letter(record)

    assert_conforms(pdf)
    text = " ".join(pages_of(pdf)[0].split())
    for said in (
        "21 Tachwedd 2026",
        "4 Mai 2023 (3 blynedd 6 mis)",
        "25 awr 30 munud",
        "Rôl: gwirfoddolwr",
        "Barn Jo Reed",
        "Rhoddwyd yn gyfrinachol i’r darllenydd",
        "Cod gwirio: 7KQ-2M9X-D123",
    ):
        assert said in text, said
    for english in (each for each in ENGLISH.values() if len(each) > 10 and "%" not in each and "{" not in each):
        assert english not in text, english
    assert not re.search(r"\b(hours?|minutes?|years?|months?|November|May|volunteer|page)\b", text, re.IGNORECASE)


def test_the_file_of_a_welsh_letter_says_that_it_is_welsh() -> None:
    reader = PdfReader(io.BytesIO(print_letter(a_letter(language="cy"))))
    assert str(reader.root_object["/Lang"]).startswith("cy")
    assert reader.metadata is not None
    assert reader.metadata.title == "Geirda ar gyfer Siân Łukasz-O’Brien"


def test_only_a_letter_given_in_confidence_says_so() -> None:
    line = ENGLISH["confidential"]
    assert line in pages_of(print_letter(a_letter(confidential=True)))[0]
    assert line not in pages_of(print_letter(a_letter()))[0]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 awr"), (2, "2 funud"), (60, "1 awr"), (90, "1 awr 30 munud"), (122, "2 awr 2 funud"), (77_400, "1,290 awr")],
)
def test_hours_in_welsh(minutes: int, said: str) -> None:
    assert display_hours(minutes, "cy") == said


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (date(2026, 11, 21), "0 diwrnod"),
        (date(2026, 11, 19), "2 ddiwrnod"),
        (date(2026, 9, 21), "2 fis"),
        (date(2025, 11, 21), "1 flwyddyn"),
        (date(2024, 10, 21), "2 flynedd 1 mis"),
        (date(2020, 11, 1), "6 blynedd"),
        (date(2016, 11, 1), "10 mlynedd"),
    ],
)
def test_spans_in_welsh(start: date, said: str) -> None:
    assert display_span_in(start, date(2026, 11, 21), "cy") == said


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_both_languages_give_the_same_figures(start: date, end: date) -> None:
    assert display_span_in(start, end, "en") == str(display_span(start, end))
    figures = re.compile(r"\d+")
    assert figures.findall(display_span_in(start, end, "cy")) == figures.findall(display_span_in(start, end, "en"))


SCRIPTS = {
    "Arabic": ("محمد علي الحسيني", "مسؤول الحديقة", "جمعية الأمل", "كان متطوعًا ممتازًا يساعد الجميع بصبر"),
    "Urdu": ("محمد علی چوہدری", "باغ کے نگران", "امید کا گھر", "وہ ہمیشہ وقت پر آتے ہیں اور سب کی مدد کرتے ہیں"),
    "Welsh": ("Llŷr Ŵyn Siôn", "Garddwr", "Tŷ’r Goleuni", "Mae’n sylwi ar bobl ac yn ŵr dibynadwy"),
    "Polish": ("Żaneta Źdźbło", "Ogrodniczka", "Świetlica Łąka", "Zawsze dotrzymuje słowa i uczy młodszych cierpliwie"),
    "Ukrainian": ("Оксана Ґалаґан", "Садівниця", "Ліхтарний дім", "Вона завжди приходить вчасно й підтримує інших"),
    "Greek": ("Αθηνά Παπαδοπούλου", "Κηπουρός", "Σπίτι της Ελπίδας", "Βοηθά όλους με υπομονή και καλή διάθεση"),
    "Hindi": ("लक्ष्मी शर्मा", "बाग़वान", "आशा भवन", "वह सबकी मदद करती हैं और समय पर आती हैं"),
}


@pytest.mark.parametrize(("name", "role", "organisation", "opinion"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_word_of_another_script_can_be_copied_out(name: str, role: str, organisation: str, opinion: str) -> None:
    roles = [a_role(role, organisation=organisation)]
    pdf = print_letter(a_letter(name, roles=roles, opinion=opinion, organisation=organisation))

    assert_conforms(pdf)
    words = {without_vowel_marks(word) for word in words_in(pdf)}
    for word in without_vowel_marks(f"{name} {role} {organisation} {opinion}").split():
        assert word in words, word


def without_vowel_marks(text: str) -> str:
    """Poppler tells an Arabic vowel mark before its letter in place of after it; the letters themselves are in order."""
    return re.sub("[\u064b-\u0652]", "", text)


def test_hindi_vowels_at_the_end_of_a_syllable_copy_out_in_order() -> None:
    # Poppler puts a space after such a syllable; nothing else is between its letters.
    text = "".join(" ".join(pages_of(print_letter(a_letter("केंद्र में लक्ष्मी")))).split())
    assert "केंद्रमेंलक्ष्मी" in text


@pytest.mark.parametrize(
    ("name", "character"), [("สมชาย", "ส"), ("བསྟན་འཛིན", "བ"), ("Sam 🌻", "🌻")], ids=["Thai", "Tibetan", "emoji"]
)
def test_a_script_without_a_font_is_refused_in_a_file_of_many_too(name: str, character: str) -> None:
    with pytest.raises(UnprintableCharacter) as refusal:
        print_letters([a_letter("Ann"), a_letter(name)])
    assert refusal.value.character == character
    assert refusal.value.field == "letters.1.holder.name"


MARKUP = ['#read("/etc/passwd")', "<b>Sam</b>", r"\textbf{Sam}", "$x^2$", "*Sam*", "_Sam_", "= Sam", "#panic()", "@ref", "`x`"]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_printed_as_it_is(text: str) -> None:
    pdf = print_letter(
        a_letter(f"{text} Sam", roles=[a_role(f"{text} lead")], organisation=f"{text} House", opinion=f"{text} says")
    )
    copied = " ".join(" ".join(pages_of(pdf)).split())
    for said in (f"{text} Sam", f"{text} lead", f"{text} House has known", f"{text} says"):
        assert said in copied, said


@pytest.mark.parametrize("line", ["She is kind and early.", "هي لطيفة وتأتي مبكرًا."], ids=["English", "Arabic"])
def test_an_opinion_of_sixty_lines_flows_over_pages_under_a_header(line: str) -> None:
    pdf = print_letter(a_letter(opinion="\n".join([line] * 60)))
    assert_conforms(pdf)
    pages = pages_of(pdf)
    assert len(pages) == 2
    assert "Page 2 of 2" in pages[1]
    assert "Page" not in pages[0]
    first_word = line.split(maxsplit=1)[0]
    assert sum(page.count(first_word) for page in pages) == 60
