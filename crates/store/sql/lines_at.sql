SELECT key, body, due_at, digest
FROM lines
WHERE stream = $1 AND key IN (SELECT value FROM json_each($2))
ORDER BY key
