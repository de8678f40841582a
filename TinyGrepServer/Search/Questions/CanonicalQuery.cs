// A question in its canonical form: every member, in one order, so that the same question is the same bytes. It stands in
// every answer, and keys, tags and cursors are made of it.

using System.Text.Json;

namespace TinyGrepServer.Search;

internal static class CanonicalQuery
{
    /// <summary>The question as JSON.</summary>
    public static byte[] Of(SearchQuery query) =>
        JsonSerializer.SerializeToUtf8Bytes(SearchRequest.Of(query), SearchJson.Plain.SearchRequest);
}
