// Replies over 1 KiB are compressed as the client accepts it; each coding has an entity tag of its own.

using System.IO.Compression;
using System.Net;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class CompressionSpecs
{
    const string Question = "/api/v1/search?q=e&dictionary=quotes.txt";

    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;
    static TestServer large = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        var lines = Enumerable.Range(0, 60_000).Select(number => $"line {number} of a dictionary that does not fit into one reply\n");
        Folder.Write("large.txt", string.Concat(lines));
        server = await TestServer.StartAsync();
        large = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        await large.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("br", "br")]
    [DataRow("gzip", "gzip")]
    [DataRow("gzip;q=0.5, br;q=0.1", "gzip")]
    [DataRow("br;q=0", null)]
    [DataRow("deflate", null)]
    public async Task A_large_reply_is_coded_as_the_client_accepts_it(string accepted, string? coding)
    {
        var plain = await server.Http.GetByteArrayAsync(Question);

        using var reply = await AskAsync(accepted);
        var body = await reply.Content.ReadAsByteArrayAsync();

        Assert.AreEqual(coding, reply.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", reply.Headers.Vary);
        CollectionAssert.AreEqual(plain, Decode(body, coding));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_coding_has_a_tag_of_its_own()
    {
        using var plain = await server.Http.GetAsync(Question);
        using var coded = await AskAsync("br");
        using var known = await AskAsync("br", coded.Headers.ETag!.ToString());

        Assert.AreNotEqual(plain.Headers.ETag, coded.Headers.ETag);
        Assert.AreEqual(HttpStatusCode.NotModified, known.StatusCode);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("br")]
    [DataRow("gzip")]
    public async Task A_streamed_answer_is_coded_while_it_is_made(string coding)
    {
        var plain = await AllAsync(large, null);
        var coded = await AllAsync(large, coding);

        Assert.IsGreaterThan(1 << 20, plain.Body.Length);
        Assert.AreEqual(coding, coded.Coding);
        Assert.IsTrue(coded.Chunked, "an answer of this size is streamed");
        Assert.IsLessThan(plain.Body.Length / 3, coded.Body.Length);
        CollectionAssert.AreEqual(plain.Body, Decode(coded.Body, coding));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("br")]
    [DataRow("gzip")]
    public async Task A_streamed_answer_that_breaks_off_has_no_proper_end_in_its_coding_either(string coding)
    {
        using var folder = new TemporaryFolder();
        using var bin = new TemporaryFolder();
        folder.Write("large.txt", "x\n");
        var environment = FakeGrep.In(bin, """
            seq -f '%.0f:a line long enough that so many of them do not fit into one reply' 1 60000
            exec sleep 60

            """);
        await using var own = await TestServer.StartAsync(environment, "--dicts", folder.Path, "--timeout", "1s");

        var broken = await Assert.ThrowsAsync<Exception>(async () => Decode((await AllAsync(own, coding)).Body, coding));

        Assert.IsTrue(
            broken is HttpRequestException or IOException or InvalidDataException or InvalidOperationException, broken.ToString());
    }

    static async Task<(byte[] Body, string? Coding, bool Chunked)> AllAsync(TestServer asked, string? accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/json") { Content = new StringContent("{\"action\":\"all\"}") };
        if (accepted is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var reply = await asked.Http.SendAsync(request);
        var chunked = reply.Headers.TransferEncodingChunked == true;
        return (await reply.Content.ReadAsByteArrayAsync(), reply.Content.Headers.ContentEncoding.SingleOrDefault(), chunked);
    }

    static async Task<HttpResponseMessage> AskAsync(string accepted, string? tag = null)
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
        using Stream decoder = coding == "br"
            ? new BrotliStream(source, CompressionMode.Decompress)
            : new GZipStream(source, CompressionMode.Decompress);
        using var decoded = new MemoryStream();
        decoder.CopyTo(decoded);
        return decoded.ToArray();
    }
}
