// Times as RFC 3339 writes them: letters of either case, and as many digits of a second as the client's clock has.

using TinyGrepServer.Jobs;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class RunAtSpecs
{
    static readonly Dictionary<string, JobKind> Kinds = new()
    {
        ["noop"] = new JobKind("noop", _ => { }, (_, _) => Task.FromResult<byte[]?>(null)),
    };

    [TestMethod]
    [DataRow("2031-05-17T08:00:00Z", 0)]
    [DataRow("2031-05-17t08:00:00z", 0)]
    [DataRow("2031-05-17T08:00:00.5Z", 500)]
    [DataRow("2031-05-17T08:00:00.1234567Z", 123)]
    [DataRow("2031-05-17T08:00:00.123456789Z", 123)]
    [DataRow("2031-05-17t08:00:00.999999999z", 999)]
    [DataRow("2031-05-17T10:00:00.123456789+02:00", 123)]
    [DataRow("2031-05-17t10:00:00.000000000001+02:00", 0)]
    public void A_time_is_taken_as_clocks_write_it(string text, int milliseconds)
    {
        var expected = new DateTimeOffset(2031, 5, 17, 8, 0, 0, milliseconds, TimeSpan.Zero).ToUnixTimeMilliseconds();

        Assert.AreEqual(expected, NewJob.Parse(new JobRequest { Kind = "noop", RunAt = text }, "ann", Kinds).RunAt);
    }

    [TestMethod]
    [DataRow("2031-05-17 08:00:00Z")]
    [DataRow("2031-05-17T08:00:00.123456789")]
    [DataRow("2031-05-17T08:00:00.12345678xZ")]
    [DataRow("2031-05-17T08:00:00,5Z")]
    [DataRow("2031-05-17T08:00:00.123456789 Z")]
    public void What_is_no_time_with_a_zone_is_refused(string text)
    {
        var refused = Assert.ThrowsExactly<ApiError>(
            () => NewJob.Parse(new JobRequest { Kind = "noop", RunAt = text }, "ann", Kinds));

        Assert.AreEqual(400, refused.Status);
    }
}
