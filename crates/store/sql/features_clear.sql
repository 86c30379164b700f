DELETE FROM features WHERE stream = $1
