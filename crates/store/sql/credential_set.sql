INSERT INTO credentials (account, hash, at) VALUES ($1, $2, $3)
ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, at = excluded.at
