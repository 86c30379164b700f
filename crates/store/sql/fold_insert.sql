INSERT INTO folds (stream, kind, version, first_seq, last_seq, created_at, updated_at,
                   state, step, title, searched, due_at, is_open, digest)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12, $13)
