from tests.cast import Browser
from trulybot.kit.openapi import Field, operations

SCHEMA = {
    "paths": {
        "/api/b": {"get": {"summary": "List", "responses": {"200": {"description": "Found"}}}},
        "/api/a/{id}": {
            "post": {
                "summary": "Ask",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Ask": {
                "required": ["question"],
                "properties": {
                    "question": {"type": "string", "maxLength": 9, "description": "In any words"},
                    "kind": {"oneOf": [{"enum": ["a", "b"]}, {"type": "null"}]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            }
        }
    },
}


def test_calls_stand_in_the_order_of_their_paths_with_who_may_call() -> None:
    listed = operations(SCHEMA, {("GET", "/api/b"): "viewer"})
    assert [(call.method, call.path, call.who) for call in listed] == [
        ("POST", "/api/a/{id}", ""),
        ("GET", "/api/b", "viewer"),
    ]


def test_fields_are_said_in_words() -> None:
    call = operations(SCHEMA, {})[0]
    assert call.parameters == [Field("id", "string", True, "part of the path")]
    assert call.body == [
        Field("question", "string of at most 9 characters", True, "In any words"),
        Field("kind", "a, b", False, ""),
        Field("tags", "list of string", False, ""),
    ]


def test_summary_is_the_first_sentence_else_the_name_in_words() -> None:
    calls = {"get": {"description": "Newest first. At most 50.", "summary": "X"}, "post": {"summary": "ReadAgain"}}
    assert [call.summary for call in operations({"paths": {"/": calls}}, {})] == ["Newest first", "Read again"]


async def test_page_tells_of_every_call_in_the_schema(charlie: Browser) -> None:
    page = (await charlie.get("/api")).text
    schema = (await charlie.get("/openapi.json")).json()
    assert "/api/chat" in schema["paths"] and "/api/text-upload" in schema["paths"]
    for path in schema["paths"]:
        assert f"<code>{path}</code>" in page
    calls = page.split('<details class="call">')[1:]
    assert all('<span class="tag">' in call for call in calls)
