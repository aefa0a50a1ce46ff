-- A request for a supplement says which components of the case it asks for: several of one field, which older daemons refuse to read.
UPDATE setting SET daemon_min = 44;
