CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
CREATE TABLE responses (
  id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT,
  response_json TEXT, conversation_id TEXT REFERENCES conversations(id), duration_ms INTEGER, datetime_utc TEXT,
  input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, schema_id TEXT, resolved_model TEXT
);
CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT);
CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER, PRIMARY KEY (response_id, fragment_id, "order"));
INSERT INTO conversations VALUES ('c1', 'Cheesecakes', 'gpt-4o-mini');
INSERT INTO responses VALUES
  ('r2', 'gpt-4o-mini', 'One more', 'Be sweet', '{}', '{"temperature": 0.3, "own": 1}', 'Lemon', '{}', 'c1', 900, '2024-05-01T10:01:00.500000', 12, 3, NULL, NULL, NULL),
  ('r1', 'gpt-4o-mini', 'Ten names', 'Be sweet', '{}', '{}', 'Cherry', '{}', 'c1', 1500, '2024-05-01T10:00:00.500000', 10, 2, NULL, NULL, NULL),
  ('r3', 'local', NULL, NULL, NULL, 'not json', 'alone', NULL, NULL, NULL, '2024-06-01T00:00:00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO fragments VALUES (1, 'h', 'from a file', '2024-06-01', 'file');
INSERT INTO prompt_fragments VALUES ('r3', 1, 0);
