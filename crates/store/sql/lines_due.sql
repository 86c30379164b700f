SELECT key, body, due_at, digest
FROM lines
WHERE stream = $1 AND due_at <= $2
ORDER BY due_at, key
LIMIT $3
