"""Follow-ups are told from questions of their own by rule. The questions were written before the rule was tried."""

import pytest

from trulybot.chat.follow_up import leans, standing_alone

LEANING = """And on Sundays?|What about children?|How much is that?|Can I return it?|Why?|And to Portugal?|How long does it take?
Is there one near the station?|Does it come in green?|What if it is broken?|How much?|Also for students?|When do they open?
Where is it?|Is that free?|And how do I cancel it?|Can I change this later?|But what does it cost?|Who made them?
What are its dimensions?|Do they ship there?|On weekends?|For how long?|¿Y los domingos?|¿Cuánto cuesta eso?|और रविवार को?
How do I do that?|Can you explain this?|Is it safe for dogs?|Then what?""".replace("\n", "|").split("|")
ALONE = """What are your opening hours?|How do I return a faulty lamp?|When does the refund arrive?|Where is your shop?
Do you deliver to Portugal?|How much does express delivery cost?|Which files can TrulyBot read?|Who is the owner of Acorn?
Can I pay with a credit card?|How do I reset my password?|What is your phone number?|Is parking available?
Do you sell gift cards?|How long is the warranty on lamps?|Which payment methods do you accept?|Can I visit the warehouse?
Is it possible to return unused goods after thirty days without an invoice?|How do I change my delivery address?
Are dogs allowed in the shop?|What is the difference between the basic and the premium plan?|¿Cuánto cuesta el envío a España?
Where can I find my order number?|Do you repair old lamps?|How do I contact customer support?|रिफंड कब आता है?
Tell me about your return policy|What colours does the Oak lamp come in?|Do you offer student discounts?|How do I back up my workspace?
Does TrulyBot work without an API key?""".replace("\n", "|").split("|")


def test_most_follow_ups_and_most_other_questions_are_told_apart() -> None:
    right = sum(map(leans, LEANING)) + sum(not leans(question) for question in ALONE)
    assert right / (len(LEANING) + len(ALONE)) >= 0.9


@pytest.mark.parametrize(
    ("question", "earlier", "expected"),
    [
        ("And on Sundays?", ["What are your opening hours?"], "opening hours And on Sundays?"),
        ("How much is that?", ["Do you deliver to Portugal?"], "deliver portugal How much is that?"),
        ("Is delivery free?", ["What are your opening hours?"], "Is delivery free?"),
        ("And on Sundays?", [], "And on Sundays?"),
        ("And at night?", ["What are your opening hours?", "And on Sundays?"], "opening hours sundays And at night?"),
    ],
)
def test_the_telling_words_of_the_question_before_are_joined(question: str, earlier: list[str], expected: str) -> None:
    assert standing_alone(question, earlier) == expected
