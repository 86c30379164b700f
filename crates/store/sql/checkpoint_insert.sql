INSERT INTO checkpoints (size, at, note) VALUES ($1, $2, $3)
