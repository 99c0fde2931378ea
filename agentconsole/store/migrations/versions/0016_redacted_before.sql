-- Comments that show what was taken out of them, words or a file: an older export's copy of one is withheld.
INSERT OR IGNORE INTO redaction
SELECT m.source, m.external_id, 'shown', t.external_id, 0 FROM message m JOIN ticket t ON t.number = m.ticket
WHERE m.redacted AND m.external_id IS NOT NULL AND t.external_id IS NOT NULL AND m.body != '▇…▇'
    AND (instr(m.body, '▇') OR trim(m.body, char(9, 10, 13, 32, 12288)) = '');
INSERT OR IGNORE INTO redaction
SELECT m.source, m.external_id, 'shown file', t.external_id, 1 FROM message m JOIN ticket t ON t.number = m.ticket
WHERE m.redacted AND m.external_id IS NOT NULL AND t.external_id IS NOT NULL AND m.body != '▇…▇'
    AND EXISTS (SELECT 1 FROM json_each(m.attachments) WHERE json_extract(value, '$.name') = 'redacted.txt');

-- The next sync merges the index and empties the log beside the file, which may hold words that were taken out.
INSERT OR IGNORE INTO setting SELECT 'words_to_forget', 1
WHERE EXISTS (
        SELECT 1 FROM ticket WHERE conditions != '[]' AND (instr(conditions, 'redacted') OR instr(conditions, 'scrubbed'))
    )
    OR EXISTS (SELECT 1 FROM outbox_export WHERE written AND content != x'');

-- A file that stands is kept at its place alone.
UPDATE outbox_export SET content = x'' WHERE written AND content != x'';
