INSERT INTO remembered (account, key, request_hash, status, body, at, first_seq, last_seq)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (account, key) DO NOTHING
