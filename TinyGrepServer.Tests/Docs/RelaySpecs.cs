// The example document about what the client of a relay gets: its commands are run.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class RelaySpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/examples/relay.md");
}
