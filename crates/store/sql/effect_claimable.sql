SELECT 1 FROM effects
WHERE done_at IS NULL AND due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
LIMIT 1
