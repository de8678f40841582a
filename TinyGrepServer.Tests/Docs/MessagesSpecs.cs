// The example document about permanent links: its commands are run.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class MessagesSpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/examples/messages.md");
}
