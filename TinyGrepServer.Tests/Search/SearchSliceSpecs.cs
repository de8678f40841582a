// What the slice promises by its routes alone.

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SearchSliceSpecs
{
    [TestMethod]
    [DataRow(10), DataRow(90), DataRow(3_600)]
    public void A_request_may_take_longer_than_its_search(int seconds)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "text\n");
        using var meter = new Meter("test");
        var settings = new SearchSettings { Folder = folder.Path, Timeout = TimeSpan.FromSeconds(seconds) };

        using var slice = new SearchSlice(settings, meter, NullLogger.Instance, TimeProvider.System);

        var searches = slice.Routes
            .Where(route => route.Pattern is "/api/v1/search" or "/api/v1/json" or "/api/v1/lines/{*name}" or "/api/v1/follow")
            .ToArray();
        Assert.HasCount(6, searches);
        Assert.IsTrue(searches.All(route => route.Deadline > settings.Timeout));
    }
}
