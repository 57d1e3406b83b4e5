// The signatures of System.Text.Json that a snippet names; nothing runs.
using System;

namespace System.Text.Json
{
    public struct JsonDocumentOptions { }

    public struct JsonElement
    {
        public bool TryGetProperty(string name, out JsonElement value) { value = default(JsonElement); return false; }
        public int GetArrayLength() { return 0; }
        public string GetString() { return null; }
        public JsonElement this[int index] { get { return default(JsonElement); } }
    }

    public sealed class JsonDocument : IDisposable
    {
        public JsonElement RootElement { get { return default(JsonElement); } }
        public static JsonDocument Parse(string json, JsonDocumentOptions options = default(JsonDocumentOptions)) { return null; }
        public void Dispose() { }
    }
}
