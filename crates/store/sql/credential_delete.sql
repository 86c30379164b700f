DELETE FROM credentials WHERE account = $1
