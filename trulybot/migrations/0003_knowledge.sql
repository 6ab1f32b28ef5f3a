CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'file', 'url', 'sitemap', 'crawl', 'pairs')),
    title TEXT NOT NULL,
    url TEXT,
    file TEXT,                                -- relative to the uploads folder
    options TEXT NOT NULL DEFAULT '{}',       -- of a sitemap or crawl: depth, include, exclude, most pages
    status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'reading', 'indexing', 'ready', 'failed')),
    progress REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    error TEXT,
    bytes INTEGER NOT NULL DEFAULT 0,
    resync_seconds INTEGER,
    read_at INTEGER,
    deleted_at INTEGER,                       -- gone for everybody; its passages follow a few at a time
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sources_by_time ON sources (created_at, id);

-- What a source is read from: one page for a text or file, many for a sitemap or crawl.
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
    url TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    depth INTEGER NOT NULL DEFAULT 0,         -- links from the first page of a crawl
    content_hash BLOB,
    etag TEXT,
    last_modified TEXT,
    reading INTEGER NOT NULL DEFAULT 0,       -- the reading that saw it last
    UNIQUE (source_id, url)
) STRICT;

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
    page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    hash BLOB NOT NULL,
    reading INTEGER NOT NULL,                 -- the reading that saw it last
    excluded_at INTEGER,
    UNIQUE (page_id, hash)
) STRICT;
CREATE INDEX passages_in_order ON passages (source_id, page_id, position);
CREATE INDEX passages_by_source ON passages (source_id);

-- The owner's questions and answers. Each is also a passage, so that it can be searched.
CREATE TABLE curated (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    reading INTEGER NOT NULL DEFAULT 0,       -- the reading that saw it last
    created_at INTEGER NOT NULL,
    UNIQUE (source_id, question)
) STRICT;

-- Questions that could not be answered.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    normal TEXT NOT NULL UNIQUE,              -- the question without case, accents and punctuation
    asked INTEGER NOT NULL DEFAULT 1,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX gaps_open ON gaps (asked DESC, last_at DESC) WHERE closed_at IS NULL;
