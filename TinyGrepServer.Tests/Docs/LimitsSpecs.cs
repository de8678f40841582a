// Where the known limits name a test, it is there.

using System.Reflection;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class LimitsSpecs
{
    [TestMethod]
    public void The_tests_it_names_are_there()
    {
        var named = TestName().Matches(Document.Of("docs/limits.md").Text).Select(match => match.Groups["name"].Value).ToList();
        var tests = typeof(LimitsSpecs).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null).Select(method => method.Name).ToHashSet();

        Assert.IsGreaterThan(2, named.Count);
        foreach (var name in named) Assert.Contains(name, tests);
    }

    [GeneratedRegex("`(?<name>[A-Z]\\w+_\\w+)`")]
    private static partial Regex TestName();
}
