INSERT INTO effects (key, stream, kind, payload, due_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (key) DO NOTHING
