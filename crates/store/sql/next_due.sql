SELECT MIN(at) FROM (
    SELECT MIN(due_at) AS at FROM folds WHERE due_at IS NOT NULL
    UNION ALL
    SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) FROM effects WHERE done_at IS NULL
) AS clocks
