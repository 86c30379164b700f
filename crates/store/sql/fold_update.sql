UPDATE folds
SET version = $2, last_seq = $3, updated_at = $4, state = $5, step = $6, title = $7, searched = $8,
    due_at = $9, is_open = $10, digest = $11
WHERE stream = $1
