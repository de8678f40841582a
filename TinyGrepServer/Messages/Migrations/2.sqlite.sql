CREATE TABLE message_store (
    shard integer PRIMARY KEY,
    bytes integer NOT NULL
);
INSERT INTO message_store (shard, bytes) SELECT 0, COALESCE(SUM(length(text) + 128), 0) FROM messages;
CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
    UPDATE message_store SET bytes = bytes + length(new.text) + 128;
END;
CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
    UPDATE message_store SET bytes = bytes - length(old.text) - 128;
END;
CREATE TRIGGER messages_changed AFTER UPDATE OF text ON messages BEGIN
    UPDATE message_store SET bytes = bytes + length(new.text) - length(old.text);
END;
