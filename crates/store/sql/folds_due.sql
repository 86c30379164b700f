SELECT stream, kind, version, first_seq, last_seq, created_at, updated_at, state, step, title, due_at, is_open, digest
FROM folds
WHERE kind = $1 AND COALESCE(due_at, 9223372036854775807) <= $2
ORDER BY COALESCE(due_at, 9223372036854775807), stream
LIMIT $3
