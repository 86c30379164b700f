SELECT COALESCE(MAX(place) + 1, 0) FROM hashes
