DELETE FROM remembered WHERE at < $1
