UPDATE remembered SET body = $4 WHERE account = $1 AND key = $2 AND body = $3
