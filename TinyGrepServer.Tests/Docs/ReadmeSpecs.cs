// The front door: what it says works, and it is short enough to be read whole.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class ReadmeSpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("README.md");

    [TestMethod]
    public void It_is_read_in_one_and_a_half_screens()
    {
        var readme = Document.Of("README.md").Text;

        Assert.IsLessThanOrEqualTo(160, readme.Split('\n').Length - 1, "lines");
        Assert.IsLessThanOrEqualTo(10 << 10, System.Text.Encoding.UTF8.GetByteCount(readme), "bytes");
    }
}
