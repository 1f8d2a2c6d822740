-- Stand-ins for Citus's two functions, for plain PostgreSQL: each takes a table as Citus does, says no where Citus would, and the
-- second makes a table of it that is partitioned by hash, with all that hung on it.

CREATE FUNCTION refuse_what_hangs_on(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal) THEN
        RAISE EXCEPTION '% still has a trigger', t;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE contype = 'f' AND (conrelid = t OR confrelid = t)) THEN
        RAISE EXCEPTION '% still has a foreign key', t;
    END IF;
END $$;

CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_what_hangs_on(t);
    EXECUTE format('COMMENT ON TABLE %s IS %L', t, 'on every machine');
END $$;

CREATE FUNCTION create_distributed_table(t regclass, col text, colocate_with text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    old name := (SELECT relname FROM pg_class WHERE oid = t);
    acl aclitem[] := (SELECT relacl FROM pg_class WHERE oid = t);
    walled bool := (SELECT relrowsecurity FROM pg_class WHERE oid = t);
    forced bool := (SELECT relforcerowsecurity FROM pg_class WHERE oid = t);
    again text[] := '{}';
    each text;
BEGIN
    PERFORM refuse_what_hangs_on(t);
    IF colocate_with IS NOT NULL AND (SELECT relkind FROM pg_class WHERE oid = colocate_with::regclass) <> 'p' THEN
        RAISE EXCEPTION '% is not handed out yet', colocate_with;
    END IF;
    again := again || ARRAY(
        SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', old, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE conrelid = t AND contype IN ('p', 'u') ORDER BY conname);
    again := again || ARRAY(
        SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = t
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u')));
    again := again || ARRAY(
        SELECT format('CREATE POLICY %I ON %I AS %s FOR %s TO %s %s %s', policyname, tablename, permissive, cmd,
            array_to_string(roles, ', '), 'USING (' || qual || ')', 'WITH CHECK (' || with_check || ')')
        FROM pg_policies WHERE tablename = old);
    again := again || ARRAY(
        SELECT format('GRANT %s ON %I TO %I', a.privilege_type, old, a.grantee::regrole::text)
        FROM aclexplode(acl) AS a WHERE a.grantee <> 0);
    again := again || ARRAY(
        SELECT format('GRANT %s (%I) ON %I TO %I', a.privilege_type, attname, old, a.grantee::regrole::text)
        FROM pg_attribute, aclexplode(attacl) AS a WHERE attrelid = t AND attacl IS NOT NULL);
    EXECUTE format('CREATE TABLE spread (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMMENTS)'
        ' PARTITION BY HASH (%I)', t, col);
    FOR number IN 0..1 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER %s)', old || '_part' || number, number);
    END LOOP;
    EXECUTE format('INSERT INTO spread SELECT * FROM %s', t);
    EXECUTE format('DROP TABLE %s', t);
    EXECUTE format('ALTER TABLE spread RENAME TO %I', old);
    FOR each IN SELECT DISTINCT a.grantee::regrole::text FROM pg_class, aclexplode(relacl) AS a
        WHERE relname = old AND relnamespace = current_schema()::regnamespace AND a.grantee <> 0
    LOOP  -- what a new table is given by itself
        EXECUTE format('REVOKE ALL ON %I FROM %I', old, each);
    END LOOP;
    FOREACH each IN ARRAY again LOOP
        EXECUTE each;
    END LOOP;
    IF walled THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', old); END IF;
    IF forced THEN EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', old); END IF;
END $$;
