DELETE FROM lines
WHERE stream = $1
