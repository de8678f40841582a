// Replies over 1 KiB are compressed as the client accepts it; each coding has an entity tag of its own.

using System.IO.Compression;
using System.Net;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class CompressionSpecs
{
    const string Question = "/api/v1/search?q=e&dictionary=quotes.txt";

    [TestMethod, Timeout(60_000)]
    [DataRow("br", "br")]
    [DataRow("gzip", "gzip")]
    [DataRow("gzip;q=0.5, br;q=0.1", "gzip")]
    [DataRow("br;q=0", null)]
    [DataRow("deflate", null)]
    public async Task A_large_reply_is_coded_as_the_client_accepts_it(string accepted, string? coding)
    {
        await using var server = await TestServer.StartAsync();
        var plain = await server.Http.GetByteArrayAsync(Question);

        using var reply = await AskAsync(server, accepted);
        var body = await reply.Content.ReadAsByteArrayAsync();

        Assert.AreEqual(coding, reply.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", reply.Headers.Vary);
        CollectionAssert.AreEqual(plain, Decode(body, coding));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_coding_has_a_tag_of_its_own()
    {
        await using var server = await TestServer.StartAsync();

        using var plain = await server.Http.GetAsync(Question);
        using var coded = await AskAsync(server, "br");
        using var known = await AskAsync(server, "br", coded.Headers.ETag!.ToString());

        Assert.AreNotEqual(plain.Headers.ETag, coded.Headers.ETag);
        Assert.AreEqual(HttpStatusCode.NotModified, known.StatusCode);
    }

    static async Task<HttpResponseMessage> AskAsync(TestServer server, string accepted, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Question);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await server.Http.SendAsync(request);
    }

    static byte[] Decode(byte[] body, string? coding)
    {
        if (coding is null) return body;
        using var source = new MemoryStream(body);
        using Stream decoder = coding == "br" ? new BrotliStream(source, CompressionMode.Decompress) : new GZipStream(source, CompressionMode.Decompress);
        using var decoded = new MemoryStream();
        decoder.CopyTo(decoded);
        return decoded.ToArray();
    }
}
