-- Running totals of an office over all fields and of a field over all offices, so that a form of a province adds up hundreds of rows
-- instead of thousands.
INSERT INTO counter_total
SELECT day, CASE grouping(office_id) WHEN 1 THEN -1 ELSE office_id END, CASE grouping(field_id) WHEN 1 THEN -1 ELSE field_id END,
       sum(received_online), sum(received_other), sum(early), sum(on_time), sum(late), sum(overdue), sum(moved_in), sum(moved_out),
       sum(stopped_late), sum(stopped_other)
  FROM counter_total GROUP BY GROUPING SETS ((day, office_id), (day, field_id));
COMMENT ON TABLE counter_total IS 'counter_day added up over all days before `day`, for the first and the fifteenth of each month (both reporting calendars begin on one of them): a period is the difference of two rows. office_id -1 is a field over all offices, field_id -1 an office over all fields: who adds rows up takes one of the three kinds.';

-- Daemons from before this would add the three kinds together.
UPDATE setting SET daemon_min = 45;
