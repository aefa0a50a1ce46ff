-- Asked by every connection before it works: from which daemon on this database may be used, which an upgrade raises under those that run.
SELECT daemon_min FROM setting
