SELECT seq + 1 AS ends, at FROM entries ORDER BY seq DESC LIMIT 1
