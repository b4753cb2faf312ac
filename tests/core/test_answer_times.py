"""Times and dates in the words of each language: understood whole, or a person reads them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.answers import Understood, Vocabulary, understand
from service.core.preferences import PREFERENCES
from service.core.steps.shape import MORE, Step, StepKind

TIME = Step("when", StepKind.TIME, 1)
HOURS = Step("hours", StepKind.TIME, 1, keeps="safe_hours")
DAY = Step("day", StepKind.DATE, 1)
MONDAY = date(2025, 11, 3)
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TODAY = ("today", "hoy", "aujourd'hui", "آج")
TOMORROW = ("tomorrow", "mañana", "demain", "کل")


def said_at(step, text, language="en", options=None):
    vocabulary = Vocabulary(
        {},
        ("yes",),
        ("no",),
        ("skip",),
        numbers=(NUMBERS,),
        language=language,
        days={"today": TODAY, "tomorrow": TOMORROW, "tue": ("mangal",)},
    )
    understood = understand(step, text, vocabulary, options, MONDAY)
    if understood is None or not understood.rest:
        return understood and understood.values[0]
    return understood.values[0], understood.rest


TIMES = [
    ("Tuesday 2pm", "tue 14:00"),
    ("tue 14:00", "tue 14:00"),
    ("2 p.m. on Tuesday", "tue 14:00"),
    ("Tuesday at 2 in the afternoon", "tue 14:00"),
    ("Tuesday afternoon at 2", "tue 14:00"),
    ("tomorrow 10am", "tue 10:00"),
    ("today at 9 in the morning", "mon 09:00"),
    ("mangal 14:00", "tue 14:00"),
    ("at 2pm", "14:00"),
    ("٢pm", "14:00"),
    ("two pm", "14:00"),
    ("2.30pm", "14:30"),
    ("14h30", "14:30"),
    ("14:00", "14:00"),
    ("9:30", "09:30"),
    ("02:30", "02:30"),
    ("10 o'clock", "10:00"),
    ("noon", "12:00"),
    ("midnight", "00:00"),
    ("12am", "00:00"),
    ("12pm", "12:00"),
    ("evening at 7", "19:00"),
    ("10-12", "10:00-12:00"),
    ("10am-12pm", "10:00-12:00"),
    ("10 to 12pm", "10:00-12:00"),
    ("2-4pm", "14:00-16:00"),
    ("11–1pm", "11:00-13:00"),
    ("tue 22:00-06:00", "tue 22:00-06:00"),
    ("2pm, but not Fridays", ("14:00", "but not Fridays")),
]


@pytest.mark.parametrize(("text", "value"), TIMES)
def test_a_time_is_a_day_if_one_is_said_and_the_time_of_a_24_hour_clock(text, value):
    assert said_at(TIME, text) == value


OTHER_LANGUAGES = [
    ("ar", "الثلاثاء الساعة 10 صباحًا", "tue 10:00"),
    ("bn", "মঙ্গলবার সকাল ১০টা", "tue 10:00"),
    ("cy", "dydd Llun am 2 y prynhawn", "mon 14:00"),
    ("cy", "Llun am 10:30", "mon 10:30"),
    ("es", "martes a las 10 de la mañana", "tue 10:00"),
    ("es", "el martes a las 2 de la tarde", "tue 14:00"),
    ("es", "mañana a las 14:00", "tue 14:00"),
    ("fr", "mardi à 14h", "tue 14:00"),
    ("fr", "2 heures de l'après-midi", "14:00"),
    ("pl", "we wtorek o godz. 14", "tue 14:00"),
    ("pl", "2 po południu", "14:00"),
    ("pt", "terça às 14h", "tue 14:00"),
    ("pt", "segunda-feira 10:30", "mon 10:30"),
    ("ro", "marți la ora 10", "tue 10:00"),
    ("so", "Talaado 14:00", "tue 14:00"),
    ("sw", "Jumanne 14:00", "tue 14:00"),
    ("ur", "منگل صبح 10 بجے", "tue 10:00"),
    ("ur", "کل 14:00", "tue 14:00"),
    ("ur-Latn", "mangal 2pm", "tue 14:00"),
    ("xx", "tue 2pm", "tue 14:00"),
]


@pytest.mark.parametrize(("language", "text", "value"), OTHER_LANGUAGES)
def test_a_time_in_the_words_of_the_language(language, text, value):
    assert said_at(TIME, text, language) == value


DOUBTFUL = ["2:30", "5", "14", "Tuesday", "2 o'clock", "2pm or 3pm", "between 2 and 4", "half past two", "25:00", "230pm",
            "not 2pm", "Tuesday or Wednesday 2pm", "2pm tomorrow evening", "14:00-13:00", "10:00-10:00", "never", "now",
            "-", ":", "am 2", "£2", "after 2pm", "", "mon tue 14:00"]  # fmt: skip


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_time_that_may_be_another_is_none(text):
    assert said_at(TIME, text) is None


@pytest.mark.parametrize(
    ("language", "text"), [("sw", "saa 8 mchana"), ("sw", "8:00"), ("sw", "2 usiku"), ("so", "8:00"), ("so", "2:00")]
)
def test_where_hours_are_counted_from_six_in_the_morning_only_the_24_hours_are_sure(language, text):
    assert said_at(TIME, text, language) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [("14:00", "14:00-15:00"), ("23:30", "23:30-00:30"), ("10-12", "10:00-12:00"), ("Tuesday 2pm", None)],
)
def test_safe_hours_are_a_stretch_of_every_day(text, hours):
    assert said_at(HOURS, text) == hours
    assert hours is None or PREFERENCES["safe_hours"].knows(hours)


def test_times_that_are_offered_are_chosen_by_key_and_any_other_can_be_said():
    offered = ("tue 14:00", "wed 10:00", "thu 09:00", MORE)
    assert said_at(TIME, "2", options=offered) == "wed 10:00"
    assert said_at(TIME, "4", options=offered) == MORE
    assert said_at(TIME, "5", options=offered) is None
    assert said_at(TIME, "Friday 2pm", options=offered) == "fri 14:00"


DATES = [
    ("en", "12 November", "2025-11-12"),
    ("en", "Nov 12", "2025-11-12"),
    ("en", "November 3rd", "2025-11-03"),
    ("en", "the 2nd of November", "2026-11-02"),
    ("en", "13/11", "2025-11-13"),
    ("en", "3/3", "2026-03-03"),
    ("en", "2026-02-28", "2026-02-28"),
    ("en", "29 Feb", "2028-02-29"),
    ("en", "13.11.26", "2026-11-13"),
    ("en", "12 November 1985", "1985-11-12"),
    ("en", "Friday", "2025-11-07"),
    ("en", "Friday 7 November", "2025-11-07"),
    ("en", "tomorrow", "2025-11-04"),
    ("en", "today, I think", ("2025-11-03", "I think")),
    ("ar", "٣ مايو", "2026-05-03"),
    ("bn", "৩ মে", "2026-05-03"),
    ("cy", "3 Mai", "2026-05-03"),
    ("es", "3 de mayo de 2026", "2026-05-03"),
    ("es", "3 mar", "2026-03-03"),
    ("es", "mar", "2025-11-04"),
    ("es", "3/11", "2025-11-03"),
    ("fr", "1er mai", "2026-05-01"),
    ("pl", "3 maja", "2026-05-03"),
    ("pl", "3.05.2026", "2026-05-03"),
    ("ur", "3 مئی", "2026-05-03"),
]


@pytest.mark.parametrize(("language", "text", "value"), DATES)
def test_a_date_is_the_next_such_day_unless_the_year_is_said(language, text, value):
    assert said_at(DAY, text, language) == value


@pytest.mark.parametrize(
    "text",
    ["3/11", "2026-02-30", "31 April", "Friday 8 November", "12 or 13 November", "next Friday", "12", "45 March", "2pm",
     "Friday or Monday", "", "3 11", "3/4/5/6", "not Friday", "99999999999999999999 May"],
)  # fmt: skip
def test_a_date_that_may_be_another_is_none(text):
    assert said_at(DAY, text) is None


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.text(alphabet="0123456789:-./ apmtueonv٣२", max_size=20)),
    st.sampled_from(["en", "cy", "es", "fr", "pt", "pl", "ro", "ar", "ur", "ur-Latn", "bn", "so", "sw"]),
    st.sampled_from([TIME, HOURS, DAY]),
)
def test_any_text_is_a_value_of_its_form_or_none(text, language, step):
    vocabulary = Vocabulary({}, (), (), (), language=language)
    understood = understand(step, text, vocabulary, None, MONDAY)
    assert understood is None or isinstance(understood, Understood)
    if understood and step is DAY:
        date.fromisoformat(understood.values[0])
    elif understood:
        hours = understood.values[0].split(" ")[-1]
        assert PREFERENCES["safe_hours"].knows(hours if "-" in hours else f"{hours}-{hours}")
