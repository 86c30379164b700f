UPDATE effects SET due_at = $3, lease_until = NULL
WHERE id = $1 AND token = $2 AND done_at IS NULL AND lease_until IS NOT NULL
