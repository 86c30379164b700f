INSERT INTO entries (seq, at, stream, version, kind, acted_by, erases, commitment, sealed, key_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
