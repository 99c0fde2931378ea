-- What was set aside and taken after all stays, so that undoing the run that took it sets it aside again.
ALTER TABLE rejected_record ADD COLUMN taken_run INTEGER REFERENCES sync_run (id);

-- How a run read its files: the desk's key, and the profile's own text.
ALTER TABLE sync_run ADD COLUMN desk VARCHAR;
ALTER TABLE sync_run ADD COLUMN profile VARCHAR;
