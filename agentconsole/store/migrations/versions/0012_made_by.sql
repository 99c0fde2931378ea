-- Whose login kept the list under its name; of one that is everyone's from before, nobody knows.
ALTER TABLE saved_view ADD COLUMN made_by VARCHAR;
UPDATE saved_view SET made_by = (SELECT login FROM agent WHERE agent.id = saved_view.agent_id);
