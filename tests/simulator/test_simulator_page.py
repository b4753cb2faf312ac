"""The page of phones: what it says, how it is protected, and that it works without JavaScript and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

AMINA = "+447700900101"
TOMASZ = "+447700900102"


@pytest.fixture
def phones(carrier):
    """Amina's and Tomasz's phones, on a page."""
    carrier.control("POST", "/phones", number=AMINA, name="Amina", language="ur", kind="participant")
    carrier.control("POST", "/phones", number=TOMASZ, name="Tomasz", language="pl", kind="staff")
    return carrier


def page(carrier) -> str:
    return carrier.http.get(carrier.base).text


def post(carrier, path: str, **fields):
    return carrier.http.post(carrier.base + path, data=fields)


def test_the_page_says_plainly_that_nothing_leaves_the_machine(carrier):
    assert "This is a simulator. Nothing here leaves this machine." in page(carrier)


def test_every_phone_is_there_with_its_name_number_and_language(phones):
    shown = page(phones)
    for words in ("Amina", "+44 7700 900101", "Urdu", "Tomasz", "+44 7700 900102", "Polish", "staff"):
        assert words in shown


def test_a_text_is_sent_with_a_form_alone(phones, service, eventually):
    answer = post(phones, "/texts", number=AMINA, body="مجھے مدد چاہیے")
    assert answer.history[0].status_code == 303
    assert '<p class="words" dir="auto" lang="ur">مجھے مدد چاہیے</p>' in answer.text
    eventually(lambda: service.at("/sms"))


def test_a_stopped_phone_says_so(phones):
    assert "Texted STOP" not in page(phones)
    phones.text("STOP")
    assert "Texted STOP" in page(phones)


def test_words_are_never_taken_for_markup(phones):
    phones.text("<script>alert(1)</script>")
    phones.control("POST", "/phones", number=TOMASZ, name='"><img src=x>', language="<b>", kind="staff")
    shown = page(phones)
    assert "&lt;script&gt;alert(1)" in shown
    assert "<img" not in shown
    assert "<b>" not in shown


def test_faults_are_set_and_undone_and_held_requests_released_with_forms(phones, eventually):
    fields = {"fault": "inbound freeze", "phone": AMINA, "count": "", "seconds": ""}
    assert "Texts brought to the service: keep back until released" in post(phones, "/faults", **fields).text
    phones.text("Hello")
    assert "A text for the service" in page(phones)

    [held] = phones.control("GET", "/held")
    post(phones, "/release", id=str(held["id"]))
    assert phones.control("GET", "/held") == []

    [fault] = phones.control("GET", "/faults")
    post(phones, "/faults/remove", id=str(fault["id"]))
    assert phones.control("GET", "/faults") == []


def test_a_wrong_entry_is_answered_in_words_beside_its_form(carrier):
    assert "write it in full, such as +447700900123" in post(carrier, "/phones", number="12", kind="staff").text
    assert "seconds: write a number" in post(carrier, "/faults", fault="rest delay", seconds="soon").text


def test_phones_can_be_added_on_the_page(carrier):
    shown = post(carrier, "/phones", number="+447700900103", name="Jo", language="en", kind="participant").text
    assert "Jo" in shown


def test_only_so_many_phones_are_shown_and_the_declared_ones_first(phones):
    for number in range(30):
        phones.text("Hello", f"+4477009002{number:02d}")
    shown = page(phones)
    assert "And 8 more that were texted." in shown
    assert shown.index("Amina") < shown.index("+44 7700 9002")


def test_the_inbox_is_beside_the_phones_only_if_there_is_one(start):
    assert "Staff inbox" not in page(start())


def test_the_inbox_may_be_framed_and_nothing_else(start):
    carrier = start(inbox_url="http://127.0.0.1:5000/inbox")
    answer = carrier.http.get(carrier.base)
    assert '<iframe src="http://127.0.0.1:5000/inbox" title="Staff inbox">' in answer.text
    policy = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-src"] == "http://127.0.0.1:5000"


def test_another_site_cannot_text_from_these_phones(phones):
    strange = {"Sec-Fetch-Site": "cross-site"}
    answer = phones.http.post(f"{phones.base}/texts", data={"number": AMINA, "body": "x"}, headers=strange)
    assert answer.status_code == 403
    assert phones.events("text") == []


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, or a skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("no /usr/bin/chromium here")
    with playwright.sync_playwright() as running:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        opened = running.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def look(browser, phones):
    """Opens the page; nothing may be wrong in its console."""
    contexts, said = [], []

    def open_page(**options):
        contexts.append(browser.new_context(**options))
        opened = contexts[-1].new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(phones.base)
        return opened

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.browser
def test_new_messages_appear_by_themselves_while_somebody_is_typing(look, phones):
    seen = look()
    field = seen.get_by_label("Text from Amina")
    field.fill("half a sent")
    phones.send("How are you?", AMINA)

    seen.get_by_text("How are you?").wait_for(timeout=5000)
    assert field.input_value() == "half a sent"
    assert field.evaluate("it => it === document.activeElement")


@pytest.mark.browser
def test_a_text_is_sent_with_the_keyboard_alone(look, phones, service, eventually):
    seen = look()
    for _ in range(20):
        seen.keyboard.press("Tab")
        if seen.evaluate("document.activeElement.name") == "body":
            break
    seen.keyboard.type("I am here")
    seen.keyboard.press("Enter")

    seen.get_by_text("I am here").wait_for(timeout=5000)
    assert seen.get_by_label("Text from Amina").input_value() == ""
    assert seen.evaluate("document.activeElement.name") == "body"
    eventually(lambda: [one["params"]["Body"] for one in service.at("/sms")] == ["I am here"])


@pytest.mark.browser
def test_a_new_phone_and_a_stop_appear_by_themselves(look, phones):
    seen = look()
    phones.text("STOP", "+447700900103")
    seen.get_by_text("Texted STOP").wait_for(timeout=5000)
    assert seen.locator("article").count() == 3


@pytest.mark.browser
def test_the_page_fits_a_screen_of_320_pixels(look, phones):
    phones.text("A long word: " + "x" * 300)
    seen = look(viewport={"width": 320, "height": 640})
    for panel in seen.locator("summary").all():
        panel.click()
    assert seen.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.browser
def test_without_javascript_the_same_is_shown_and_sent(look, phones):
    phones.text("from before")
    seen = look(java_script_enabled=False)
    seen.get_by_text("from before").wait_for()
    seen.get_by_label("Text from Amina").fill("from a form")
    seen.keyboard.press("Enter")
    seen.get_by_text("from a form").wait_for(timeout=5000)
