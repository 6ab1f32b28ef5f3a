-- What happened in each quarter of an hour since 1970: no time zone begins its days between two. A question counts
-- where it was asked, and so does the thumb for its answer. The counts stay when a conversation is deleted: they say
-- that something was asked, never what or by whom. UPDATE and INSERT rather than an upsert: an OR IGNORE of the
-- statement that fires a trigger would stand in for its ON CONFLICT.
CREATE TABLE quarter_hours (
    quarter INTEGER PRIMARY KEY,
    conversations INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    handed_over INTEGER NOT NULL DEFAULT 0,      -- the visitor asked for a person
    leads INTEGER NOT NULL DEFAULT 0,
    liked INTEGER NOT NULL DEFAULT 0,
    disliked INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO quarter_hours
SELECT at / 900, sum(conversations), sum(answered), sum(refused), sum(handed_over), sum(leads), sum(liked), sum(disliked)
FROM (
    SELECT started_at AS at, 1 AS conversations, 0 AS answered, 0 AS refused, 0 AS handed_over, 0 AS leads, 0 AS liked,
        0 AS disliked
    FROM conversations
    UNION ALL SELECT asked_at, 0, kind IN ('curated', 'cached', 'quoted', 'generated'), kind = 'refused',
        kind = 'handover' AND record ->> 'decision' IS NOT 'a person answers', 0, 0, 0
    FROM turns WHERE state = 'done' AND kind <> 'greeting'
    UNION ALL SELECT created_at, 0, 0, 0, 0, 1, 0, 0 FROM leads
    UNION ALL SELECT asked_at, 0, 0, 0, 0, 0, vote = 'up', vote = 'down' FROM feedback JOIN turns ON id = turn_id
) GROUP BY at / 900;

CREATE TRIGGER conversation_is_counted AFTER INSERT ON conversations BEGIN
    INSERT INTO quarter_hours (quarter) SELECT new.started_at / 900
        WHERE NOT EXISTS (SELECT 1 FROM quarter_hours WHERE quarter = new.started_at / 900);
    UPDATE quarter_hours SET conversations = conversations + 1 WHERE quarter = new.started_at / 900;
END;
CREATE TRIGGER question_is_counted AFTER INSERT ON turns WHEN new.state = 'done' AND new.kind <> 'greeting' BEGIN
    INSERT INTO quarter_hours (quarter) SELECT new.asked_at / 900
        WHERE NOT EXISTS (SELECT 1 FROM quarter_hours WHERE quarter = new.asked_at / 900);
    UPDATE quarter_hours SET
        answered = answered + (new.kind IN ('curated', 'cached', 'quoted', 'generated')),
        refused = refused + (new.kind = 'refused'),
        handed_over = handed_over + (new.kind = 'handover' AND new.record ->> 'decision' IS NOT 'a person answers')
    WHERE quarter = new.asked_at / 900;
END;
CREATE TRIGGER answer_is_counted AFTER UPDATE OF state ON turns
WHEN old.state = 'running' AND new.state = 'done' AND new.kind <> 'greeting' BEGIN
    INSERT INTO quarter_hours (quarter) SELECT new.asked_at / 900
        WHERE NOT EXISTS (SELECT 1 FROM quarter_hours WHERE quarter = new.asked_at / 900);
    UPDATE quarter_hours SET
        answered = answered + (new.kind IN ('curated', 'cached', 'quoted', 'generated')),
        refused = refused + (new.kind = 'refused'),
        handed_over = handed_over + (new.kind = 'handover' AND new.record ->> 'decision' IS NOT 'a person answers')
    WHERE quarter = new.asked_at / 900;
END;
CREATE TRIGGER lead_is_counted AFTER INSERT ON leads
WHEN NOT EXISTS (SELECT 1 FROM deleted_leads WHERE id = new.id) BEGIN   -- it comes back, and was counted before
    INSERT INTO quarter_hours (quarter) SELECT new.created_at / 900
        WHERE NOT EXISTS (SELECT 1 FROM quarter_hours WHERE quarter = new.created_at / 900);
    UPDATE quarter_hours SET leads = leads + 1 WHERE quarter = new.created_at / 900;
END;
-- The quarter of its question is there, for an answer was counted in it; a thumb for a greeting is no figure.
CREATE TRIGGER vote_is_counted AFTER INSERT ON feedback BEGIN
    UPDATE quarter_hours SET liked = liked + (new.vote = 'up'), disliked = disliked + (new.vote = 'down')
    WHERE quarter = (SELECT asked_at / 900 FROM turns WHERE id = new.turn_id);
END;
CREATE TRIGGER changed_vote_is_counted AFTER UPDATE OF vote ON feedback BEGIN
    UPDATE quarter_hours SET
        liked = liked + (new.vote = 'up') - (old.vote = 'up'),
        disliked = disliked + (new.vote = 'down') - (old.vote = 'down')
    WHERE quarter = (SELECT asked_at / 900 FROM turns WHERE id = new.turn_id);
END;

-- One row: on which website the widget was opened first, and whether the team needs no list of first steps any more.
CREATE TABLE first_steps (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen_on TEXT,
    seen_at INTEGER,
    dismissed_at INTEGER
) STRICT;
INSERT INTO first_steps (id) VALUES (1);
