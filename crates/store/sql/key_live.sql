SELECT id, content FROM keys WHERE stream = $1 AND content IS NOT NULL
