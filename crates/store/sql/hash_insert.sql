INSERT INTO hashes (place, hash) VALUES ($1, $2)
