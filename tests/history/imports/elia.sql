CREATE TABLE system_prompt (id INTEGER PRIMARY KEY, title VARCHAR, prompt VARCHAR, created_at DATETIME);
CREATE TABLE chat (id INTEGER PRIMARY KEY, model VARCHAR NOT NULL, title VARCHAR, started_at DATETIME, archived BOOLEAN NOT NULL);
CREATE TABLE message (
  id INTEGER PRIMARY KEY, chat_id INTEGER REFERENCES chat (id), role VARCHAR NOT NULL, content VARCHAR NOT NULL,
  timestamp DATETIME, meta JSON, parent_id INTEGER REFERENCES message (id), model VARCHAR
);
INSERT INTO chat VALUES (1, 'elia-gpt-4o', 'Rivers', '2024-04-01 08:00:00.000000', 0), (2, 'claude', NULL, '2024-04-02 08:00:00', 0);
INSERT INTO message VALUES
  (1, 1, 'system', 'You know rivers.', '2024-04-01 08:00:00', '{}', NULL, 'gpt-4o'),
  (2, 1, 'user', 'Longest?', '2024-04-01 08:00:01', '{}', NULL, NULL),
  (3, 1, 'assistant', 'The Nile.', '2024-04-01 08:00:05', '{}', NULL, 'gpt-4o'),
  (4, 2, 'user', 'Branch', '2024-04-02 08:00:01', '{}', NULL, NULL),
  (5, 2, 'assistant', 'left', '2024-04-02 08:00:02', '{}', 4, 'claude'),
  (6, 2, 'assistant', 'right', '2024-04-02 08:00:03', '{}', 4, 'claude');
