"""What is typed on the page of the lead form becomes a form, or a sentence beside each input that cannot."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.kit.errors import Unprocessable
from trulybot.leads.form_rows import MOST, Row, Sheet, form_of, rearranged, sheet_of, typed_sheet
from trulybot.preferences.models import LeadForm

EMAIL = Row("email", "email", "E-mail")


def sheet(*rows: Row, **more: str) -> Sheet:
    texts = {name: more.get(name, "") for name in ("intro", "consent", "thanks")}
    moments = dict.fromkeys(("before", "unanswered", "on_request"), False)
    return Sheet(list(rows), texts, moments, more.get("after_questions", ""), more.get("country", ""))


def names(*rows: Row) -> list[str]:
    return [field["name"] for field in form_of(sheet(*rows))["fields"]]


def faults(of: Sheet) -> dict[str, str]:
    with pytest.raises(Unprocessable) as refusal:
        form_of(of)
    errors: dict[str, str] = refusal.value.errors
    return errors


def test_a_form_is_shown_and_read_back_as_it_is() -> None:
    form = LeadForm(after_questions=3, before=True, country="GB", consent="I agree.")
    assert msgspec.convert(form_of(sheet_of(form)), LeadForm) == form


def test_what_the_browser_sends_is_read_into_rows() -> None:
    typed = {"label-0": " E-mail ", "kind-0": "email", "required-0": "on", "name-0": "email"}
    typed |= {"label-1": "Size", "kind-1": "select", "options-1": "a\r\n\r\n b \r\na"}
    typed |= {"before": "on", "country": " gb ", "intro": " Hi "}
    read = typed_sheet(typed)
    assert read.rows[0] == Row("email", "email", "E-mail", True)
    assert (read.moments["before"], read.moments["unanswered"]) == (True, False)
    assert (read.country, read.texts["intro"]) == ("GB", "Hi")
    assert form_of(read)["fields"][1]["options"] == ["a", "b"]


def test_a_new_field_is_named_after_its_label_and_keeps_its_name() -> None:
    rows = [
        EMAIL,
        Row("", "text", "What’s it about?"),
        Row("", "text", "Über uns"),
        Row("", "text", "?!"),
        Row("", "text", "関係"),
    ]
    assert names(*rows) == ["email", "whats_it_about", "uber_uns", "field", "field_2"]
    known = Row("whats_it_about", "text", "Anything else?")
    assert names(EMAIL, Row("", "text", "What’s it about?"), known) == ["email", "whats_it_about_2", "whats_it_about"]


def test_names_that_mean_something_are_for_their_kinds() -> None:
    assert names(Row("", "email", "Work mail"), Row("", "text", "Name"), Row("", "text", "Consent")) == [
        "email",
        "field",
        "field_2",
    ]
    assert names(EMAIL, Row("name", "text", "Name")) == ["email", "field"]


@pytest.mark.parametrize(
    ("of", "marked"),
    [
        (sheet(), {"fields"}),
        (sheet(Row("", "text", "About")), {"fields"}),
        (sheet(EMAIL, Row("", "text", "")), {"label-1"}),
        (sheet(EMAIL, Row("", "text", "x" * 121)), {"label-1"}),
        (sheet(EMAIL, Row("", "email", "Other")), {"kind-1"}),
        (sheet(EMAIL, Row("", "select", "Size")), {"options-1"}),
        (sheet(EMAIL, Row("", "select", "Size", options="x" * 121)), {"options-1"}),
        (sheet(EMAIL, after_questions="0"), {"after_questions"}),
        (sheet(EMAIL, after_questions="51"), {"after_questions"}),
        (sheet(EMAIL, after_questions="three"), {"after_questions"}),
        (sheet(EMAIL, country="GBR"), {"country"}),
        (sheet(EMAIL, consent="x" * 2001, country="1"), {"consent", "country"}),
    ],
)
def test_what_cannot_be_is_marked(of: Sheet, marked: set[str]) -> None:
    assert faults(of).keys() == marked


def test_fields_are_added_moved_and_taken_away() -> None:
    first, second = EMAIL, Row("", "text", "About")
    both = sheet(first, second)
    assert rearranged(both, "up-1").rows == [second, first]
    assert rearranged(both, "remove-0").rows == [second]
    assert rearranged(both, "add").rows == [first, second, Row()]
    assert len(rearranged(sheet(*[second] * MOST), "add").rows) == MOST


@given(st.text(alphabet="upremoveadd-0129x ", max_size=12))
def test_no_other_step_breaks_anything(step: str) -> None:
    both = sheet(EMAIL, Row("", "text", "About"))
    assert len(rearranged(both, step).rows) in (1, 2, 3)
