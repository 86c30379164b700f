DELETE FROM lines
WHERE stream = $1 AND key IN (SELECT value FROM json_each($2))
