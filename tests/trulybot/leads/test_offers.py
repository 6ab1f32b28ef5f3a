import time

import pytest

from trulybot.leads.offers import Offer, offer_in

OFFERS = [
    ("call me at 98765 43210", Offer(phone="98765 43210")),
    ("Call me at +44 20 7946 0958 please.", Offer(phone="+44 20 7946 0958")),
    ("my number is 555-123-4567, my name is Mira Rao", Offer(phone="555-123-4567", name="Mira Rao")),
    ("You can reach me: Mira@acorn.example.", Offer(email="Mira@acorn.example")),
    ("email me (mira@acorn.example)", Offer(email="mira@acorn.example")),
    ("<mira@acorn.example> or +49 170 1234567", Offer(email="mira@acorn.example", phone="+49 170 1234567")),
    ("Not a@b but c@d.example, thanks", Offer(email="c@d.example")),
    ("call me on 05/11/2024 at 555 1234", Offer(phone="555 1234")),
    ("llámame al 612 345 678, me llamo José Pérez y soy de Madrid", Offer(phone="612 345 678", name="José Pérez")),
    ("मुझे 98765 43210 पर कॉल करें, मेरा नाम मीरा राव है", Offer(phone="98765 43210", name="मीरा राव")),
    ("मेरा नंबर ९८७६५४३२१० है, फ़ोन करें", Offer(phone="९८७६५४३२१०")),
    ("mera naam Mira Rao hai, mujhe 9876543210 par call karo", Offer(phone="9876543210", name="Mira Rao")),
    ("My name’s O’Neil and mail o@neil.example", Offer(email="o@neil.example", name="O’Neil")),
]

NONE = [
    "Where is my order 1234567890?",
    "call me about order #1234567890",
    "call me between 10-12 on 2024-11-05",
    "call me, I pay with 4111 1111 1111 1111",
    "Does it cost 1,234,567 rupees?",
    "call me maybe",
    "@acorn on every network",
    "My name is Mira",
    "",
]

HOSTILE = ["+" * 2000, "1-" * 1000 + "+", "a@" * 1000, "call me " + "1 2 3 " * 320, "my name is " * 180, "@" * 2000]


@pytest.mark.parametrize(("message", "offer"), OFFERS)
def test_an_offer_is_found_in_the_visitors_own_words(message: str, offer: Offer) -> None:
    assert offer_in(message) == offer
    assert offer.is_one


@pytest.mark.parametrize("message", NONE)
def test_other_numbers_and_signs_are_no_offer(message: str) -> None:
    assert not offer_in(message).is_one


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_no_message_takes_long_to_look_through(message: str) -> None:
    offer_in("mira@acorn.example")
    began = time.process_time()
    offer_in(message)
    assert time.process_time() - began < 0.1
