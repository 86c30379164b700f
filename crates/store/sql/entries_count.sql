SELECT COUNT(*) AS held, COALESCE(MAX(seq) + 1, 0) AS ends FROM entries
