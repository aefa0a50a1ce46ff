-- event_partition_ensure(year)
-- Makes the partition for dossiers filed in a year where there is none. Runs as the owner, for the application
-- may not create tables. Attaching takes no lock that readers or writers of other years wait for.
-- Errors: VD010 for a year outside 1900..2200, VD009 for one that is detached.
CREATE OR REPLACE FUNCTION event_partition_ensure(p_year integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(p_year, 0) NOT BETWEEN 1900 AND 2200 THEN
        RAISE EXCEPTION 'no partition for year %', p_year USING ERRCODE = 'VD010';
    END IF;
    -- Two daemons may take the first dossier of a year in the same second.
    PERFORM pg_advisory_xact_lock(hashtext('motcua event partition'), p_year);
    IF EXISTS (SELECT FROM event_year WHERE year = p_year) THEN
        RAISE EXCEPTION 'dossiers filed in % are detached, or about to be', p_year USING ERRCODE = 'VD009', CONSTRAINT = 'event_year_is_detached';
    END IF;
    -- Asked of the catalogue, with a snapshot taken after the lock: to_regclass() may remember that there was none.
    IF EXISTS (SELECT FROM pg_class WHERE relname = 'event_' || p_year AND relnamespace = 'public'::regnamespace) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE event_%s (LIKE event INCLUDING ALL)', p_year);
    EXECUTE format('ALTER TABLE event_%s ENABLE ROW LEVEL SECURITY', p_year); -- by itself it shows nothing (reader_policies)
    EXECUTE format('ALTER TABLE event ATTACH PARTITION event_%s FOR VALUES FROM (%s) TO (%s)', p_year,
                   p_year::bigint * 10000000000, (p_year::bigint + 1) * 10000000000);
END $$;
