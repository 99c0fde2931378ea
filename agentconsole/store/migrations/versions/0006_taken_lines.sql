-- What a ticket's line in an export held besides its hash, so that the very same line need not be decoded again.
ALTER TABLE ticket ADD COLUMN taken_line VARCHAR;
