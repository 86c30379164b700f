SELECT stream, kind, version, first_seq, last_seq, created_at, updated_at, state, step, title, due_at, is_open, digest
FROM folds
WHERE kind = $1
  AND ($2 IS NULL OR is_open = $2)
  AND ($3 IS NULL OR step = $3)
  AND ($4 IS NULL OR searched LIKE $4 ESCAPE '\')
  AND COALESCE(due_at, 9223372036854775807) >= $5
  AND (COALESCE(due_at, 9223372036854775807), stream) > ($5, $6)
ORDER BY COALESCE(due_at, 9223372036854775807), stream
LIMIT $7
