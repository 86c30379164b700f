INSERT INTO lines (stream, key, body, due_at, digest)
SELECT $1, value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3)
FROM json_each($2)
WHERE true
ON CONFLICT (stream, key) DO UPDATE SET body = excluded.body, due_at = excluded.due_at, digest = excluded.digest
