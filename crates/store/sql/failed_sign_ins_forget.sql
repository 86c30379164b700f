DELETE FROM failed_sign_ins WHERE at < $1
