-- dossier_is_of(dossier, offices) -> is one of the offices (NULL: all) where it was filed, who supervises it, decides it or holds it?
CREATE OR REPLACE FUNCTION dossier_is_of(d dossier, p_offices bigint[])
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT p_offices IS NULL OR d.holder_office_id = ANY (p_offices) OR d.competent_office_id = ANY (p_offices)
        OR d.supervising_office_id = ANY (p_offices) OR d.filed_office_id = ANY (p_offices)
$$;
