SELECT 1 FROM effects WHERE id = $1 AND token = $2 AND done_at IS NULL AND lease_until IS NOT NULL
