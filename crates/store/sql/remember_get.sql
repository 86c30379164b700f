SELECT request_hash, status, body, at FROM remembered WHERE account = $1 AND key = $2
