-- deadlines_followed(epoch): every open dossier was looked at on this epoch
UPDATE setting SET deadlines_epoch = $1::bigint WHERE epoch = $1::bigint
