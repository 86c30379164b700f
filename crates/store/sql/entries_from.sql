SELECT e.seq, e.at, e.stream, e.version, e.kind, e.acted_by, e.erases, e.commitment, e.sealed, k.content
FROM entries e LEFT JOIN keys k ON k.id = e.key_id
WHERE e.seq >= $1
ORDER BY e.seq
LIMIT $2
