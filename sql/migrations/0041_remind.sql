-- Whoever is to collect a result is reminded: an event and a kind of notice that older daemons cannot read.
UPDATE setting SET daemon_min = 41;
