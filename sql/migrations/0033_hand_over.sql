-- Daemons from before this cannot read an event that says who is to take over a hand-over under way (is_pending).
UPDATE setting SET daemon_min = 33;
