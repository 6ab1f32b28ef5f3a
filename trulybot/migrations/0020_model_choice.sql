-- The language model that the owner chose in place of the operator’s. Without a row the operator’s stands.
CREATE TABLE model_choice (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    prompt_price INTEGER,
    completion_price INTEGER,
    changed_at INTEGER NOT NULL
) STRICT;
