UPDATE keys SET content = NULL WHERE stream = $1 AND content IS NOT NULL
