// The document about scripts: its examples run, and the calls it lists are there.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class ScriptsSpecs
{
    [TestMethod, Timeout(300_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/scripts.md");

    [TestMethod]
    public void The_calls_it_lists_are_there()
    {
        var calls = Document.Of("docs/scripts.md").Rows.SelectMany(row => Call().Matches(row[0])).ToList();

        Assert.IsGreaterThan(5, calls.Count);
        foreach (var call in calls)
        {
            var type = call.Groups["of"].Value == "app" ? typeof(AppBuilder) : typeof(TinyServer);
            Assert.AreNotEqual(0, type.GetMember(call.Groups["member"].Value).Length, call.Value);
        }
    }

    [GeneratedRegex(@"\b(?<of>app|server|TinyServer)\.(?<member>\w+)")]
    private static partial Regex Call();
}
