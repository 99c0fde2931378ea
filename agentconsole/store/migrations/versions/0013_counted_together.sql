-- A trigger at each new ticket makes SQLite keep a journal of each row's own.
DROP TRIGGER queue_count_in;
