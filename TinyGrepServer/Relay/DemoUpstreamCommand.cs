// demo-upstream on the command line.

using System.CommandLine;
using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

/// <summary>Declares the verb and reads it back.</summary>
internal sealed class DemoUpstreamCommand
{
    const string Help =
        "Serve /api/work, an upstream to try the relay with: 100 to 600 ms, one in ten fails, one in ten is not JSON.";

    readonly Option<string?> seed = new("--seed")
    {
        Description = "An integer in 0..2147483647: the same seed gives the same sequence of answers. Default: a new sequence.",
        HelpName = "N",
    };

    public DemoUpstreamCommand() => Command = new Command("demo-upstream", Help) { seed };

    public Command Command { get; }

    public int? Seed(ParseResult parsed) => parsed.GetValue(seed) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new UsageError($"--seed: expected an integer in 0..2147483647, not '{text}'."),
    };
}
