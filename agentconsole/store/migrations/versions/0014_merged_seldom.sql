-- Each transaction adds a piece to the index, and four of a size were merged into one: half of an import's commits, and
-- up to 50 ms at once while others wait. Sixteen at a time cost half as much, and a search looks into a few pieces more.
INSERT INTO ticket_words (ticket_words, rank) VALUES ('automerge', 16);
INSERT INTO ticket_words (ticket_words, rank) VALUES ('crisismerge', 64);
