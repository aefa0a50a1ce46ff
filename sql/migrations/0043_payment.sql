-- Payments of fees are events of a dossier: daemons from before this cannot read them.
UPDATE setting SET daemon_min = 43;
