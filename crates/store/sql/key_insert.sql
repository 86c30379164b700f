INSERT INTO keys (stream, content) VALUES ($1, $2) RETURNING id
