-- Writes that count in one row would wait for each other's commit, so the size is kept in 64 of them, and each write takes any.
CREATE TABLE message_store (
    shard integer PRIMARY KEY,
    bytes bigint NOT NULL
);
INSERT INTO message_store (shard, bytes) SELECT shard, 0 FROM generate_series(0, 63) AS shard;
CREATE FUNCTION count_message_store() RETURNS trigger LANGUAGE plpgsql AS $count$
DECLARE
    any_shard integer := floor(random() * 64);
    change bigint := 0;
BEGIN
    IF TG_OP <> 'DELETE' THEN change := change + length(NEW.text) + 128; END IF;
    IF TG_OP <> 'INSERT' THEN change := change - length(OLD.text) - 128; END IF;
    UPDATE message_store SET bytes = bytes + change WHERE shard = any_shard;
    RETURN NULL;
END
$count$;
CREATE TRIGGER messages_counted AFTER INSERT OR DELETE OR UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION count_message_store();
UPDATE message_store SET bytes = (SELECT COALESCE(SUM(length(text) + 128), 0) FROM messages) WHERE shard = 0;
