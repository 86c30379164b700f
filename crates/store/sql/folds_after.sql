SELECT stream, kind, version, first_seq, last_seq, created_at, updated_at, state, step, title, due_at, is_open, digest
FROM folds
WHERE stream > $1
ORDER BY stream
LIMIT $2
