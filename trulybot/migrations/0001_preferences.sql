-- The owner's choices: one row, made at the first start from the environment's defaults.
CREATE TABLE preferences (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    choices TEXT NOT NULL CHECK (json_valid(choices)),
    changed_at INTEGER NOT NULL
) STRICT;
