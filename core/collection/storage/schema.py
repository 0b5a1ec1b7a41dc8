"""The catalogue's schema, and the migrations between its versions."""

# Each entry migrates the schema from its position to the next; never edit a released one.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    CREATE TABLE picture (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: an id in an old URL names no other picture
        sha256 TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,                    -- the first of its names; the others are in `name`
        format TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        taken_at TEXT,                         -- ISO 8601, as the camera's clock showed it
        added_at TEXT NOT NULL,                -- ISO 8601, UTC
        label TEXT,
        label_rank INTEGER NOT NULL DEFAULT 0, -- who said so: 0 nobody, 1 folder, 2 CSV, 3 a person
        caption TEXT,
        kept INTEGER NOT NULL,                 -- 1: the bytes are in media/, 0: referenced in place
        removed_at TEXT                        -- set while the picture is in the bin
    ) STRICT;
    CREATE INDEX picture_by_name ON picture (name, id) WHERE removed_at IS NULL;
    CREATE INDEX picture_by_label ON picture (label, id) WHERE removed_at IS NULL;
    CREATE INDEX picture_by_taken ON picture (taken_at, id) WHERE removed_at IS NULL;
    CREATE INDEX picture_removed ON picture (removed_at) WHERE removed_at IS NOT NULL;

    CREATE TABLE name (
        picture_id INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        folded TEXT NOT NULL,                  -- case-folded, for the filter
        path BLOB UNIQUE,                      -- where the file lies, as the system's bytes (not all are
                                               -- UTF-8); NULL for uploads and archives
        bytes INTEGER,
        mtime_ns INTEGER
    ) STRICT;
    CREATE INDEX name_of_picture ON name (picture_id);

    CREATE TABLE space (
        id INTEGER PRIMARY KEY,
        encoder TEXT NOT NULL,
        fingerprint TEXT NOT NULL UNIQUE,
        dim INTEGER NOT NULL,
        file TEXT NOT NULL
    ) STRICT;
    CREATE TABLE vector (
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
        row INTEGER NOT NULL,                  -- position in the space's vector file
        picture_id INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
        PRIMARY KEY (space_id, row)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX vector_of_picture ON vector (picture_id, space_id);

    CREATE TABLE verdict (
        id INTEGER PRIMARY KEY,                -- the latest stands, the history is kept
        a_sha256 TEXT NOT NULL,
        b_sha256 TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('duplicate', 'different', 'unsure')),
        source TEXT NOT NULL,
        at TEXT NOT NULL,
        CHECK (a_sha256 < b_sha256)
    ) STRICT;
    CREATE INDEX verdict_of_pair ON verdict (a_sha256, b_sha256, id);

    CREATE TABLE addition (
        id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        plan TEXT NOT NULL,                    -- JSON: what is being added, enough to take it up again
        started_at TEXT NOT NULL,
        ended_at TEXT,                         -- NULL while it runs, and after a crash
        added INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    INSERT INTO meta VALUES ('version', '0'), ('purges', '0');
    """,
    """
    CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: an id in a report names no other run
        at TEXT NOT NULL,                      -- ISO 8601, UTC
        title TEXT NOT NULL,
        setup TEXT NOT NULL,                   -- JSON: all that the figures depended on
        figures TEXT NOT NULL,                 -- JSON: the means, small, for lists of runs
        detail BLOB NOT NULL                   -- zlib-packed JSON: every query's values and hits
    ) STRICT;

    CREATE TABLE mark (
        id INTEGER PRIMARY KEY,                -- the latest stands, the history is kept
        query TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        relevant INTEGER CHECK (relevant IN (0, 1)),  -- NULL takes the mark back
        at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX mark_of_answer ON mark (query, sha256, id);
    """,
    """
    CREATE TABLE built_index (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: it names a directory
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
        at TEXT NOT NULL,                      -- ISO 8601, UTC
        recipe TEXT NOT NULL,                  -- JSON: what to build, enough to build it again
        settings TEXT NOT NULL,                -- JSON: the parameters of search, by kind of query
        measured TEXT NOT NULL,                -- JSON: what was measured when it was chosen
        in_use INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE UNIQUE INDEX built_index_in_use ON built_index (space_id) WHERE in_use;

    -- Tells this collection from every other, wherever its vectors are sent.
    INSERT INTO meta VALUES ('identity', lower(hex(randomblob(16))));
    """,
    """
    -- Why the pair was put before the person: only the sample drawn at random certifies anything.
    ALTER TABLE verdict ADD COLUMN purpose TEXT NOT NULL DEFAULT 'given'
        CHECK (purpose IN ('given', 'chosen', 'random'));
    ALTER TABLE verdict ADD COLUMN withdrawn_at TEXT;  -- ISO 8601, UTC: taken back, and kept as history
    """,
    """
    CREATE TABLE look (
        picture_id INTEGER PRIMARY KEY REFERENCES picture (id) ON DELETE CASCADE,
        hashes BLOB,                           -- NULL: too flat to have any
        colours BLOB NOT NULL
    ) STRICT;

    CREATE TABLE pair (
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
        a INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
        b INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
        proposed_by TEXT NOT NULL,             -- JSON: why the pair was looked at
        evidence TEXT NOT NULL,                -- JSON: what was seen in it
        PRIMARY KEY (space_id, a, b),
        CHECK (a < b)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pair_of_a ON pair (a);
    CREATE INDEX pair_of_b ON pair (b);

    CREATE TABLE compared (                    -- pictures whose pairs are all in `pair`
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
        picture_id INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
        PRIMARY KEY (space_id, picture_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX compared_picture ON compared (picture_id);
    """,
    """
    CREATE TABLE clustering (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: an id in a link names no other run
        at TEXT NOT NULL,                      -- ISO 8601, UTC
        name TEXT NOT NULL UNIQUE,
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
        setup TEXT NOT NULL,                   -- JSON: how it was made, enough to make it again
        measured TEXT NOT NULL,                -- JSON: what was measured of it
        proposed TEXT,                         -- JSON: names proposed for its clusters; NULL before that
        members BLOB NOT NULL                  -- packed arrays: which picture is in which cluster
    ) STRICT;

    CREATE TABLE cluster_name (                -- what a person calls a cluster
        clustering_id INTEGER NOT NULL REFERENCES clustering (id) ON DELETE CASCADE,
        cluster INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (clustering_id, cluster)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE odd_mark (
        id INTEGER PRIMARY KEY,                -- the latest stands, the history is kept
        clustering_id INTEGER NOT NULL REFERENCES clustering (id) ON DELETE CASCADE,
        cluster INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        odd INTEGER CHECK (odd IN (0, 1)),     -- NULL takes the mark back
        at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX odd_mark_of_picture ON odd_mark (clustering_id, sha256, id);

    CREATE TABLE map (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        space_id INTEGER NOT NULL UNIQUE REFERENCES space (id) ON DELETE CASCADE,
        setup TEXT NOT NULL,                   -- JSON: how it was drawn
        measured TEXT NOT NULL,                -- JSON: how far it can be trusted
        places BLOB NOT NULL                   -- packed arrays: where each picture lies
    ) STRICT;

    CREATE TABLE place (                       -- where on Earth; no row: nobody has looked yet
        picture_id INTEGER PRIMARY KEY REFERENCES picture (id) ON DELETE CASCADE,
        latitude REAL,                         -- degrees, WGS 84; NULL: the file does not say
        longitude REAL
    ) STRICT;
    """,
    """
    CREATE TABLE adapter (                     -- trained over the vectors of one encoder
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: it is part of the name of a space
        at TEXT NOT NULL,                      -- ISO 8601, UTC
        base TEXT NOT NULL,                    -- the encoder whose vectors it maps
        base_fingerprint TEXT NOT NULL,
        fingerprint TEXT NOT NULL UNIQUE,      -- of that encoder followed by the adapter, as in `space`
        card TEXT NOT NULL,                    -- JSON: the model card
        file BLOB NOT NULL                     -- safetensors, as it is exported
    ) STRICT;

    CREATE TABLE space_switch (                -- how the current space changed, and the way back
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,                      -- ISO 8601, UTC
        came_from TEXT NOT NULL,               -- names of encoders, as in `space`
        went_to TEXT NOT NULL,
        undone_at TEXT                         -- ISO 8601, UTC: rolled back
    ) STRICT;
    """,
    """
    -- `removed_at` says since when a picture is out of sight. Why, these two say, and both may
    -- hold: a person put it into the trash, or the file that it referred to in place is gone.
    ALTER TABLE picture ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0 CHECK (trashed IN (0, 1));
    ALTER TABLE picture ADD COLUMN lost TEXT CHECK (lost IN ('overwritten', 'missing'));
    UPDATE picture SET trashed = 1 WHERE removed_at IS NOT NULL;
    -- Until now a picture whose file was overwritten was stored like one that a person had removed. Only that
    -- leaves a picture that is not kept without any name.
    UPDATE picture SET trashed = 0, lost = 'overwritten' WHERE removed_at IS NOT NULL AND kept = 0
        AND NOT EXISTS (SELECT 1 FROM name WHERE picture_id = picture.id);

    -- Equal for files that differ in their metadata only (core.images.pixel_hash); NULL: not computed yet.
    ALTER TABLE picture ADD COLUMN pixel_hash TEXT;
    CREATE INDEX picture_by_pixel_hash ON picture (pixel_hash) WHERE pixel_hash IS NOT NULL;

    -- Other bytes that are the same picture, because only the metadata of its file was changed. People's work
    -- is keyed by picture.sha256, which never changes; the row of highest rowid is what the file holds now.
    CREATE TABLE content (
        sha256 TEXT NOT NULL UNIQUE,
        picture_id INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX content_of_picture ON content (picture_id);

    -- Files that were a picture and have been overwritten with another one. What becomes of the first is
    -- decided when the whole folder has been seen: it may have been renamed.
    CREATE TABLE former_path (
        path BLOB NOT NULL,
        picture_id INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
        PRIMARY KEY (path, picture_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_path_of_picture ON former_path (picture_id);

    -- One name, however a system writes its accents: "e" and an accent, or one character for both.
    UPDATE name SET name = nfc(name), folded = folded(name) WHERE name GLOB '*[^ -~]*';
    UPDATE picture SET name = nfc(name) WHERE name GLOB '*[^ -~]*';
    UPDATE picture SET label = nfc(label) WHERE label GLOB '*[^ -~]*';
    UPDATE cluster_name SET name = nfc(name) WHERE name GLOB '*[^ -~]*';
    """,
    """
    ALTER TABLE space ADD COLUMN rows INTEGER NOT NULL DEFAULT 0;  -- ever committed; no row is used twice
    UPDATE space SET rows = (SELECT coalesce(max(row), -1) + 1 FROM vector WHERE space_id = space.id);

    ALTER TABLE vector ADD COLUMN checksum INTEGER;                -- NULL: written before there were any

    CREATE TABLE space_name (                  -- which space an encoder's name stands for
        encoder TEXT PRIMARY KEY,
        space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    INSERT INTO space_name SELECT encoder, max(id) FROM space GROUP BY encoder;

    INSERT INTO meta VALUES ('repairs', '0');
    """,
    """
    -- The address of a Milvus server could hold a user and a password, which are never stored now.
    UPDATE built_index SET recipe = without_secrets(recipe) WHERE json_extract(recipe, '$.family') = 'milvus';
    """,
    """
    CREATE TABLE health_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: a link names one check
        started TEXT NOT NULL,                 -- ISO 8601, UTC
        finished TEXT,                         -- NULL while it runs, and after its process died
        kind TEXT NOT NULL,                    -- what was checked: integrity, quality, drift, …
        settings TEXT NOT NULL,                -- JSON: what the result depends on besides the collection
        result TEXT NOT NULL                   -- JSON: what was found; {} while it runs
    ) STRICT;
    CREATE INDEX health_runs_of_kind ON health_runs (kind, id);
    """,
    """
    ALTER TABLE vector ADD COLUMN norm REAL;   -- before it was normalised; NULL: stored before there were any

    -- Which addition brought a picture. For pictures from before it was noted: the last addition that had
    -- begun when the picture was added.
    ALTER TABLE picture ADD COLUMN addition_id INTEGER REFERENCES addition (id);
    UPDATE picture SET addition_id = (SELECT max(id) FROM addition WHERE started_at <= picture.added_at);
    CREATE INDEX picture_by_addition ON picture (addition_id);
    """,
    """
    CREATE TABLE picture_measures (            -- of the quality scan; computed again where missing
        picture_id INTEGER PRIMARY KEY REFERENCES picture (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,              -- of what is measured and how
        measures BLOB NOT NULL                 -- float32, little-endian
    ) STRICT;

    CREATE TABLE quality_accepted (            -- pictures that the user says are as they should be
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,                    -- of the fault that they do not have
        at TEXT NOT NULL,                      -- ISO 8601, UTC
        PRIMARY KEY (sha256, kind)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE picture ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1));
    CREATE INDEX picture_favourite ON picture (id) WHERE favourite;
    -- Until now a label by hand stood for that.
    UPDATE picture SET favourite = 1 WHERE label = 'favourite' AND label_rank = 3;
    """,
    """
    -- What the pixel hash would be without the orientation that the file notes; NULL: the same.
    ALTER TABLE picture ADD COLUMN stored_hash TEXT;
    CREATE INDEX picture_by_stored_hash ON picture (coalesce(stored_hash, pixel_hash));
    """,
)
