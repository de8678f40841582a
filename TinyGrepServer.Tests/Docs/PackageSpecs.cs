// The package's own document, which people read where they find the package: its version and its calls are the program's.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class PackageSpecs
{
    [TestMethod]
    [DataRow("docs/package.md")]
    [DataRow("docs/scripts.md")]
    public void The_version_it_names_is_this_one(string? document)
    {
        var named = Regex.Matches(Document.Of($"{document}").Text, "TinyGrepServer@([0-9.]+)").Select(match => match.Groups[1].Value);

        CollectionAssert.AreEqual(new[] { typeof(TinyServer).Assembly.GetName().Version!.ToString(3) }, named.Distinct().ToArray());
    }

    [TestMethod]
    public void The_calls_it_lists_are_there()
    {
        var named = Regex.Matches(Document.Of("docs/package.md").Text, @"\bserver\.(\w+)");
        var calls = named.Select(match => match.Groups[1].Value).ToHashSet();

        Assert.IsGreaterThan(3, calls.Count);
        foreach (var call in calls) Assert.IsNotEmpty(typeof(TinyServer).GetMember(call), call);
    }
}
