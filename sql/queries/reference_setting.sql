-- reference_setting() -> epoch and marks of the installation
SELECT epoch, is_demonstration, clock_offset_us, zone_s FROM setting
