UPDATE effects
SET tries = tries + 1, token = token + 1, lease_until = $2
WHERE id = (
    SELECT id FROM effects
    WHERE done_at IS NULL AND due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
    ORDER BY due_at, id
    LIMIT 1
)
RETURNING id, stream, key, kind, payload, due_at, tries, token, lease_until
