CREATE TABLE "chat" (
  "id" INTEGER, "name" TEXT, "model" TEXT NOT NULL, "system" TEXT, "format" TEXT, "parameters" TEXT DEFAULT "{}",
  "keep_alive" INTEGER DEFAULT 5, "tools" TEXT DEFAULT "[]", PRIMARY KEY("id" AUTOINCREMENT)
);
CREATE TABLE "message" (
  "id" INTEGER, "chat_id" INTEGER NOT NULL, "author" TEXT NOT NULL, "text" TEXT NOT NULL, "images" TEXT DEFAULT "[]",
  PRIMARY KEY("id" AUTOINCREMENT)
);
INSERT INTO chat (id, name, model, system, parameters) VALUES (1, 'chat #1 - llama3', 'llama3', 'Be kind', '{"temperature": 0.7, "num_ctx": 4096}');
INSERT INTO chat (id, name, model) VALUES (2, 'empty', 'phi');
INSERT INTO message (chat_id, author, text) VALUES (1, 'me', 'Hello?'), (1, 'ollama', 'Hello!'), (1, 'user', 'Again?'), (1, 'assistant', 'Again!');
