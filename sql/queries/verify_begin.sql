-- verify_begin(): everything that follows on this connection is read from one snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
