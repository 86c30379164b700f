UPDATE remembered SET body = NULL
WHERE EXISTS (
    SELECT 1 FROM entries
    WHERE entries.stream = $1 AND entries.seq BETWEEN remembered.first_seq AND remembered.last_seq
)
