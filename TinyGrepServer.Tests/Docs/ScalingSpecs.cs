// The scaling document: its commands are those of deploy/scale.sh. Deploy/ScaleSpecs runs them.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class ScalingSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Its_commands_are_those_of_the_script()
    {
        var (exitCode, help, errors) = await TestServer.RunAsync(Programs.Start("bash", "deploy/scale.sh", "--help"));
        var words = Document.Of("docs/scaling.md").Blocks("sh")
            .SelectMany(block => Command().Matches(block))
            .SelectMany(command => command.Groups["word"].Captures)
            .Select(word => word.Value)
            .ToList();

        Assert.AreEqual(0, exitCode, errors);
        Assert.IsGreaterThan(4, words.Count);
        foreach (var word in words) Assert.MatchesRegex($@"[ /]{Regex.Escape(word)}\b", help);
    }

    /// <summary>A call with its verb and options; what stands behind <c>--</c> is the server's.</summary>
    [GeneratedRegex(@"^deploy/scale\.sh(?: (?:[0-9]+|(?<word>(?:--)?[a-z]+)))+", RegexOptions.Multiline)]
    private static partial Regex Command();
}
