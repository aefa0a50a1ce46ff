-- stays_filled(): every dossier was looked at
UPDATE setting SET has_stays = true
