-- What a reason is made of; of those from before, nobody knows.
ALTER TABLE rejected_record ADD COLUMN phrase VARCHAR;
