// The example document about jobs from the first to the last state: its commands are run.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class JobsSpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/examples/jobs.md");
}
