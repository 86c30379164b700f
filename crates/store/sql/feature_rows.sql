SELECT stream FROM features WHERE kind = $1 AND feature = $2 ORDER BY stream LIMIT $3
