-- Who was erased, as salted hashes: a copy from before that is put back is erased again.
CREATE TABLE erasures (
    hash BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;
