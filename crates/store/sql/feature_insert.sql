INSERT INTO features (kind, feature, stream) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
