SELECT COUNT(*) FROM effects WHERE stream = $1 AND done_at IS NULL
