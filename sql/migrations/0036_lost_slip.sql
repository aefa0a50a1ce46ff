-- A slip that was lost is given anew with another secret: an event that older daemons cannot read.
UPDATE setting SET daemon_min = 36;
