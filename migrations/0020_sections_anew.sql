-- Sections and names are derived from the pages' sources, by rules that have changed. What is missing is made anew when
-- Cairn starts.

DELETE FROM sections;
DELETE FROM names;
