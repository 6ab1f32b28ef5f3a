-- Somebody whom the owner's website knows: `known_as` is the website's id for them, which it has proved. Their name and
-- address are as their page said. One person may be several visitors, in several browsers.
CREATE TABLE visitors (
    id TEXT PRIMARY KEY,
    known_as TEXT NOT NULL,
    name TEXT,
    email TEXT,
    proved_at INTEGER NOT NULL
) STRICT;
CREATE INDEX visitors_by_known_as ON visitors (known_as);

-- Most visitors never say who they are, and are in no row.
ALTER TABLE conversations ADD COLUMN visitor_id TEXT;
CREATE INDEX conversations_of_visitor ON conversations (visitor_id) WHERE visitor_id IS NOT NULL;

-- The page it was asked on.
ALTER TABLE turns ADD COLUMN page TEXT;

-- What visitors are told of who answers them, which nobody need choose. Kept with what was said, as it was then.
ALTER TABLE staff ADD COLUMN shown_as TEXT;
ALTER TABLE handovers ADD COLUMN person TEXT;
ALTER TABLE messages ADD COLUMN person TEXT;
