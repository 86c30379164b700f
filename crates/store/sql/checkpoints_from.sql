SELECT size, note FROM checkpoints WHERE size > $1 AND size <= $2 ORDER BY size
