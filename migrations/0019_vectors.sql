-- What texts of the wiki mean: the vectors of those that the program was not built with, so that none is computed twice.
CREATE TABLE vectors (
    key    BLOB PRIMARY KEY,           -- a hash of the text, and of the encoder
    vector BLOB NOT NULL
) STRICT;
