SELECT place, hash FROM hashes WHERE place >= $1 AND place < $2
