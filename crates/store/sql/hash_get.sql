SELECT hash FROM hashes WHERE place = $1
