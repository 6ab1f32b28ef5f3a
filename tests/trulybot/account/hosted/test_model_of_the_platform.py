"""In a hosted workspace the language model is the platform's: what is offered is what the gateway lets through."""

from tests.cast import Browser
from tests.hosted import ADDRESS, Console, arrive


async def test_no_other_address_or_key_is_offered_or_taken(browser: Browser, console: Console) -> None:
    await arrive(browser, console.signed())
    page = (await browser.get("/settings/model")).text
    assert "provides no language model" in page and 'name="model_url"' not in page
    typed = {"csrf": await browser.csrf(), "model_url": "https://api.example.com/v1", "model_key": "sk-own"}
    for path in ("/settings/model/place", "/settings/model/check"):
        refused = await browser.post(path, data=typed, headers={"origin": ADDRESS})
        assert refused.status_code == 409 and "The platform that hosts this workspace" in refused.text
