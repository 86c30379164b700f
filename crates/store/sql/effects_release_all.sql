UPDATE effects SET lease_until = NULL, token = token + 1
WHERE done_at IS NULL AND lease_until IS NOT NULL
