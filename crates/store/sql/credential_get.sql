SELECT hash FROM credentials WHERE account = $1
