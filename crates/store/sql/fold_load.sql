SELECT stream, kind, version, first_seq, last_seq, created_at, updated_at, state, step, title, due_at, is_open, digest,
       (SELECT json_group_array(feature) FROM features WHERE features.stream = folds.stream) AS features
FROM folds
WHERE stream = $1
