// The example document about the catalogue, its users and tokens: its commands are run.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class MoviesSpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/examples/movies.md");
}
