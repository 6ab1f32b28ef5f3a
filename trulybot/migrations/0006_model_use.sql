-- What the language model was used for, by day: what ceilings are held against. It outlives conversations.
CREATE TABLE model_use (
    day INTEGER NOT NULL,                        -- since 1970, UTC
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,                       -- micro-dollars; 0 where the price is not known
    PRIMARY KEY (day, model)
) STRICT, WITHOUT ROWID;
