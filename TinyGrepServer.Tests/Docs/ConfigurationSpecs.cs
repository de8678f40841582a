// The configuration document: its table is the program's, its config file is one that the program reads.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class ConfigurationSpecs
{
    [TestMethod]
    public void The_options_are_those_of_the_program()
    {
        var expected = SettingOptions.All.Select(option => $"`--{option.Name} {option.Form}` | {option.Help} | `{option.EnvironmentName}`");
        var rows = Document.Of("docs/configuration.md").Rows
            .Where(row => row[0].StartsWith("`--", StringComparison.Ordinal))
            .Select(row => string.Join(" | ", row));

        Assert.AreEqual(string.Join("\n", expected), string.Join("\n", rows));
    }

    [TestMethod]
    public void The_config_file_it_shows_is_read()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("server.conf", Document.Of("docs/configuration.md").Blocks("").Single());

        var serve = Assert.IsInstanceOfType<Invocation.Serve>(CommandLine.Parse(["--config", file], _ => null));

        Assert.AreEqual((8088, "/srv/notes"), (serve.Settings.Server.Port, serve.Settings.Search.Folder));
    }
}
