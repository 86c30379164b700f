SELECT (SELECT COUNT(*) FROM failed_sign_ins WHERE name = $1 AND at >= $3) AS by_name,
       (SELECT COUNT(*) FROM failed_sign_ins WHERE address = $2 AND at >= $3) AS by_address
