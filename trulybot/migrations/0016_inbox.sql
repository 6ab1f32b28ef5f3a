-- What the inbox lists, filters and orders by stands on the conversation itself. Triggers keep it right, whoever writes.
ALTER TABLE conversations ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;      -- somebody asked or wrote something
ALTER TABLE conversations ADD COLUMN questions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN first_question TEXT;
ALTER TABLE conversations ADD COLUMN last_words TEXT;
ALTER TABLE conversations ADD COLUMN last_kind TEXT;
ALTER TABLE conversations ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;      -- how many questions found no answer
ALTER TABLE conversations ADD COLUMN disliked INTEGER NOT NULL DEFAULT 0;     -- how many answers have a thumb down
ALTER TABLE conversations ADD COLUMN wanted_at INTEGER;                       -- a person is wanted, and none came yet
ALTER TABLE conversations ADD COLUMN lead_at INTEGER;                         -- the visitor left their details
ALTER TABLE conversations ADD COLUMN taken_by TEXT;                           -- of the handover that stands
ALTER TABLE conversations ADD COLUMN taken_at INTEGER;
ALTER TABLE conversations ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;        -- the last message the visitor was given
ALTER TABLE conversations ADD COLUMN change INTEGER NOT NULL DEFAULT 0;

-- The handover that it goes on from: somebody took the conversation from a colleague.
ALTER TABLE handovers ADD COLUMN taken_from INTEGER;

-- The number of the last change of a conversation, and of the last words that were made searchable.
CREATE TABLE inbox (change INTEGER NOT NULL, said INTEGER NOT NULL) STRICT;
INSERT INTO inbox VALUES (0, 0);
ALTER TABLE turns ADD COLUMN said INTEGER;
ALTER TABLE messages ADD COLUMN said INTEGER;

UPDATE conversations SET
    (questions, refused, wanted_at) = (
        SELECT count(*), coalesce(sum(kind = 'refused'), 0),
            max(asked_at) FILTER (WHERE kind = 'handover' AND record ->> 'decision' IS NOT 'a person answers')
        FROM turns WHERE conversation_id = conversations.id
    ),
    first_question = (
        SELECT substr(question, 1, 300) FROM turns WHERE conversation_id = conversations.id
        ORDER BY asked_at, rowid LIMIT 1
    ),
    (last_words, last_kind) = (
        SELECT substr(question, 1, 300), kind FROM turns WHERE conversation_id = conversations.id
        ORDER BY asked_at DESC, rowid DESC LIMIT 1
    ),
    last_at = max(asked_at, coalesce((SELECT max(sent_at) FROM messages WHERE conversation_id = conversations.id), 0)),
    disliked = (
        SELECT count(*) FROM turns JOIN feedback ON turn_id = turns.id
        WHERE conversation_id = conversations.id AND vote = 'down'
    ),
    lead_at = (SELECT max(captured_at) FROM lead_captures WHERE conversation_id = conversations.id),
    (taken_by, taken_at) = (
        SELECT begun_by, begun_at FROM handovers WHERE conversation_id = conversations.id AND ended_at IS NULL
    ),
    heard = coalesce((SELECT max(id) FROM messages WHERE conversation_id = conversations.id), 0);
UPDATE conversations SET wanted_at = NULL
    WHERE wanted_at <= (SELECT max(begun_at) FROM handovers WHERE conversation_id = conversations.id);
UPDATE conversations SET last_words = (
    SELECT substr(text, 1, 300) FROM messages WHERE conversation_id = conversations.id ORDER BY id DESC LIMIT 1
) WHERE last_at > asked_at;

CREATE INDEX conversations_by_activity ON conversations (last_at, id);
CREATE INDEX conversations_refused ON conversations (last_at, id) WHERE refused > 0;
CREATE INDEX conversations_disliked ON conversations (last_at, id) WHERE disliked > 0;
CREATE INDEX conversations_wanting ON conversations (last_at, id) WHERE wanted_at IS NOT NULL;
CREATE INDEX conversations_with_lead ON conversations (last_at, id) WHERE lead_at IS NOT NULL;
CREATE INDEX conversations_taken ON conversations (last_at, id) WHERE taken_by IS NOT NULL;
CREATE INDEX conversations_by_change ON conversations (change);

-- What visitors asked since a teammate looked. Who joins the team begins with nothing unread.
CREATE TABLE unread (
    staff_id INTEGER NOT NULL REFERENCES staff ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    at INTEGER NOT NULL,
    PRIMARY KEY (staff_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unread_by_time ON unread (staff_id, at, conversation_id);
CREATE INDEX unread_of_conversation ON unread (conversation_id);

-- Every question with its answer, and every person's message, in the order in which they were said. The words stand
-- in their own tables alone; a word that is deleted there leaves this index in the same moment.
CREATE VIRTUAL TABLE said_index USING fts5 (
    words, content = '', columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
INSERT INTO said_index (said_index, rank) VALUES ('secure-delete', 1);

WITH said AS (
    SELECT id AS turn, NULL AS message, asked_at AS at FROM turns WHERE state <> 'running'
    UNION ALL SELECT NULL, id, sent_at FROM messages
), numbered AS (SELECT turn, row_number() OVER (ORDER BY at, turn, message) AS number FROM said)
UPDATE turns SET said = number FROM numbered WHERE turn = turns.id;
WITH said AS (
    SELECT id AS turn, NULL AS message, asked_at AS at FROM turns WHERE state <> 'running'
    UNION ALL SELECT NULL, id, sent_at FROM messages
), numbered AS (SELECT message, row_number() OVER (ORDER BY at, turn, message) AS number FROM said)
UPDATE messages SET said = number FROM numbered WHERE message = messages.id;
INSERT INTO said_index (rowid, words) SELECT said, question || ' ' || answer FROM turns WHERE said IS NOT NULL;
INSERT INTO said_index (rowid, words) SELECT said, text FROM messages;
UPDATE inbox SET said = max(
    coalesce((SELECT max(said) FROM turns), 0), coalesce((SELECT max(said) FROM messages), 0)
);
CREATE UNIQUE INDEX turns_by_said ON turns (said) WHERE said IS NOT NULL;
CREATE UNIQUE INDEX messages_by_said ON messages (said) WHERE said IS NOT NULL;

CREATE TRIGGER question_reaches_inbox AFTER INSERT ON turns BEGIN
    UPDATE conversations SET
        last_at = max(last_at, new.asked_at),
        questions = questions + 1,
        first_question = coalesce(first_question, substr(new.question, 1, 300)),
        last_words = substr(new.question, 1, 300),
        last_kind = new.kind,
        refused = refused + (new.kind IS 'refused'),
        wanted_at = iif(
            new.kind IS 'handover' AND new.record ->> 'decision' IS NOT 'a person answers', new.asked_at, wanted_at
        )
    WHERE id = new.conversation_id;
    DELETE FROM unread WHERE conversation_id = new.conversation_id;
    INSERT INTO unread (staff_id, conversation_id, at) SELECT id, new.conversation_id, new.asked_at FROM staff;
END;
CREATE TRIGGER answer_reaches_inbox AFTER UPDATE OF state ON turns
WHEN old.state = 'running' AND new.state <> 'running' BEGIN
    UPDATE conversations SET
        last_kind = iif(
            new.id = (SELECT id FROM turns WHERE conversation_id = new.conversation_id
                ORDER BY asked_at DESC, rowid DESC LIMIT 1),
            new.kind, last_kind
        ),
        refused = refused + (new.kind IS 'refused')
    WHERE id = new.conversation_id;
END;
CREATE TRIGGER vote_reaches_inbox AFTER INSERT ON feedback BEGIN
    UPDATE conversations SET disliked = disliked + (new.vote = 'down')
    WHERE id = (SELECT conversation_id FROM turns WHERE id = new.turn_id);
END;
CREATE TRIGGER changed_vote_reaches_inbox AFTER UPDATE OF vote ON feedback BEGIN
    UPDATE conversations SET disliked = disliked + (new.vote = 'down') - (old.vote = 'down')
    WHERE id = (SELECT conversation_id FROM turns WHERE id = new.turn_id);
END;
CREATE TRIGGER message_reaches_inbox AFTER INSERT ON messages BEGIN
    UPDATE conversations SET last_at = max(last_at, new.sent_at), last_words = substr(new.text, 1, 300)
    WHERE id = new.conversation_id;
END;
CREATE TRIGGER handover_reaches_inbox AFTER INSERT ON handovers WHEN new.ended_at IS NULL BEGIN
    UPDATE conversations SET taken_by = new.begun_by, taken_at = new.begun_at, wanted_at = NULL
    WHERE id = new.conversation_id;
END;
CREATE TRIGGER end_of_handover_reaches_inbox AFTER UPDATE OF ended_at ON handovers WHEN new.ended_at IS NOT NULL BEGIN
    UPDATE conversations SET taken_by = NULL, taken_at = NULL WHERE id = new.conversation_id;
END;
CREATE TRIGGER lead_reaches_inbox AFTER INSERT ON lead_captures WHEN new.conversation_id IS NOT NULL BEGIN
    UPDATE conversations SET lead_at = max(coalesce(lead_at, 0), new.captured_at) WHERE id = new.conversation_id;
END;
CREATE TRIGGER lead_leaves_inbox AFTER DELETE ON lead_captures WHEN old.conversation_id IS NOT NULL BEGIN
    UPDATE conversations SET lead_at = (
        SELECT max(captured_at) FROM lead_captures WHERE conversation_id = old.conversation_id
    ) WHERE id = old.conversation_id;
END;
CREATE TRIGGER conversation_changes
AFTER UPDATE OF last_at, last_kind, refused, disliked, wanted_at, lead_at, taken_by, heard ON conversations BEGIN
    UPDATE inbox SET change = change + 1;
    UPDATE conversations SET change = (SELECT change FROM inbox) WHERE id = new.id;
END;

CREATE TRIGGER answered_at_once_becomes_searchable AFTER INSERT ON turns WHEN new.state <> 'running' BEGIN
    UPDATE inbox SET said = said + 1;
    UPDATE turns SET said = (SELECT said FROM inbox) WHERE id = new.id;
    INSERT INTO said_index (rowid, words) SELECT said, new.question || ' ' || new.answer FROM inbox;
END;
CREATE TRIGGER turn_becomes_searchable AFTER UPDATE OF state ON turns
WHEN old.state = 'running' AND new.state <> 'running' BEGIN
    UPDATE inbox SET said = said + 1;
    UPDATE turns SET said = (SELECT said FROM inbox) WHERE id = new.id;
    INSERT INTO said_index (rowid, words) SELECT said, new.question || ' ' || new.answer FROM inbox;
END;
CREATE TRIGGER turn_stops_being_searchable BEFORE DELETE ON turns WHEN old.said IS NOT NULL BEGIN
    INSERT INTO said_index (said_index, rowid, words) VALUES ('delete', old.said, old.question || ' ' || old.answer);
END;
CREATE TRIGGER message_becomes_searchable AFTER INSERT ON messages BEGIN
    UPDATE inbox SET said = said + 1;
    UPDATE messages SET said = (SELECT said FROM inbox) WHERE id = new.id;
    INSERT INTO said_index (rowid, words) SELECT said, new.text FROM inbox;
END;
CREATE TRIGGER message_stops_being_searchable BEFORE DELETE ON messages WHEN old.said IS NOT NULL BEGIN
    INSERT INTO said_index (said_index, rowid, words) VALUES ('delete', old.said, old.text);
END;
