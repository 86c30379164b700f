UPDATE effects SET done_at = $3, payload = NULL, lease_until = NULL
WHERE id = $1 AND token = $2 AND done_at IS NULL AND lease_until IS NOT NULL
