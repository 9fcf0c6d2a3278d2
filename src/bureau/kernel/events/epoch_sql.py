"""SQL of the log's positions: where the next event goes, and what happens when the server is another.

A position is the writing transaction's number plus the shift of the epoch. PostgreSQL keeps no
transaction number over a dump, so the server's identity is compared: that of the cluster for each
event, from a value that the session remembers, and with the timeline in `events_continue`.
"""

from __future__ import annotations

# Somebody may have seen events that a restored copy does not hold. Their ids must not come again:
# a socket that asks for what is new after such an id would be given nothing.
ID_GAP = 1_000_000

CREATE = f"""
CREATE FUNCTION events_position() RETURNS xid8
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    found xid8;
    here text := current_setting('bureau.cluster', true);
BEGIN
    -- reading it takes as long as the rest of the function; a session never changes its cluster
    IF coalesce(here, '') = '' THEN
        SELECT system_identifier INTO here FROM pg_control_system();
        PERFORM set_config('bureau.cluster', here, false);
    END IF;
    SELECT (shift + pg_current_xact_id()::text::bigint)::text::xid8 INTO found
    FROM (SELECT cluster, shift FROM public.events_epoch ORDER BY id DESC LIMIT 1) AS epoch
    WHERE cluster = here::bigint;
    IF found IS NULL THEN
        RAISE EXCEPTION 'The log of events was begun on another server.'
            USING HINT = 'Run: bureau manage prepare', ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN found;
END $$;

-- begins an epoch when the server is another one than before; true when it did
CREATE FUNCTION events_continue() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    here record;
    last events_epoch;
    top bigint;
BEGIN
    SELECT system_identifier AS cluster,
        ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint AS timeline
    INTO here FROM pg_control_system();
    FOR look IN 1..2 LOOP
        -- one statement, so that the highest position and the counter are of one moment
        SELECT epoch.*, greatest(
            (SELECT xid::text::bigint FROM events_event ORDER BY xid DESC, id DESC LIMIT 1),
            (SELECT last_xid FROM events_eventseal ORDER BY id DESC LIMIT 1), 0)
            - pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        INTO last.id, last.cluster, last.timeline, last.shift, last.at, top
        FROM (SELECT) AS one LEFT JOIN events_epoch AS epoch ON true
        ORDER BY epoch.id DESC NULLS LAST LIMIT 1;
        IF last.cluster = here.cluster AND last.timeline = here.timeline AND top < last.shift THEN
            RETURN false;
        END IF;
        -- whoever writes finishes first: nothing may be placed by the old shift after this
        LOCK TABLE events_event IN SHARE ROW EXCLUSIVE MODE;
    END LOOP;
    INSERT INTO events_epoch (cluster, timeline, shift)
    VALUES (here.cluster, here.timeline, greatest(last.shift, top + 1, 0));
    IF last.id IS NOT NULL THEN
        PERFORM setval(pg_get_serial_sequence('events_event', 'id'),
            nextval(pg_get_serial_sequence('events_event', 'id')) + {ID_GAP});
    END IF;
    RETURN true;
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();
"""  # noqa: S608  (a number of our own)

DROP = """
DROP TRIGGER refuse_change ON events_epoch;
DROP FUNCTION events_continue();
ALTER TABLE events_event ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
DROP FUNCTION events_position();
"""

# SQL: positions below it are settled, since the transactions that wrote there are all finished
SETTLED_BELOW = """(
    SELECT (shift + pg_snapshot_xmin(pg_current_snapshot())::text::bigint)::text::xid8
    FROM events_epoch ORDER BY id DESC LIMIT 1
)"""
