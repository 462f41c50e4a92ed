-- Corrections count, and keep no text: nothing is learnt from what members write.
ALTER TABLE labels DROP COLUMN text;
