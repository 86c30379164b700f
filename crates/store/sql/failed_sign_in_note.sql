INSERT INTO failed_sign_ins (name, address, at) VALUES ($1, $2, $3)
