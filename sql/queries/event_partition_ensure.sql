-- event_partition_ensure(year): made before the first filing of the year needs it
SELECT event_partition_ensure($1::integer)
