SELECT version, kind, first_seq, created_at FROM folds WHERE stream = $1
