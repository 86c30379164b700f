SELECT key, body, due_at, digest
FROM lines
WHERE stream = $1 AND key > $2
ORDER BY key
LIMIT $3
