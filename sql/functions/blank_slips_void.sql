-- blank_slips_void(codes, reason, officer, at) -> the word and the code that stands in the way; 'void' when all are void now
-- All of them or none: 'unknown', 'used'. One that is void already keeps its first reason. The epoch makes a
-- decision that read a slip before it was void be made again, so no slip is used and void.
CREATE OR REPLACE FUNCTION blank_slips_void(p_codes text[], p_reason text, p_officer bigint, p_at timestamptz)
RETURNS TABLE (result text, code text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE v_code text;
BEGIN
    SELECT c INTO v_code FROM unnest(p_codes) c
     WHERE NOT EXISTS (SELECT FROM blank_slip s WHERE s.code = c) ORDER BY c LIMIT 1;
    IF v_code IS NOT NULL THEN
        RETURN QUERY SELECT 'unknown', v_code;
        RETURN;
    END IF;
    PERFORM epoch_bump(); -- waits for the batches under way: what they use is seen below
    SELECT s.code INTO v_code FROM blank_slip s JOIN dossier d ON d.id = s.dossier_id WHERE s.code = ANY (p_codes) ORDER BY 1 LIMIT 1;
    IF v_code IS NOT NULL THEN
        RETURN QUERY SELECT 'used', v_code;
        RETURN;
    END IF;
    UPDATE blank_slip s SET voided_at = p_at, voided_by = p_officer, void_reason = p_reason WHERE s.code = ANY (p_codes) AND s.voided_at IS NULL;
    RETURN QUERY SELECT 'void', NULL::text;
END $$;
