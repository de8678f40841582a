// The deploying document: the files and variables that its commands name are there. Deploy/ shows that the files are right.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class DeployingSpecs
{
    [TestMethod]
    public void What_its_commands_name_is_there()
    {
        var commands = string.Join('\n', Document.Of("docs/deploying.md").Blocks("sh"));
        var files = DeployedName().Matches(commands).Select(match => match.Value).ToList();
        var variables = Variable().Matches(commands).Select(match => match.Value).ToList();

        Assert.IsGreaterThan(3, files.Count);
        foreach (var file in files.Where(file => file != "deploy/.env")) Assert.IsTrue(File.Exists(Path.Join(TestServer.Root, file)), file);
        foreach (var variable in variables) Assert.IsTrue(SettingOptions.All.Any(option => option.EnvironmentName == variable), variable);
    }

    [TestMethod]
    public void It_has_every_file_one_starts_from()
    {
        var document = Document.Of("docs/deploying.md");
        var linked = document.Links.Select(document.FileOf).ToHashSet();
        var files = Directory.EnumerateFiles(Path.Join(TestServer.Root, "deploy")).Select(Path.GetFileName)
            .Where(name => name![0] != '.' && name is not ("Dockerfile.dockerignore" or "screenshots.cs"));

        foreach (var file in files) Assert.Contains($"deploy/{file}", linked);
    }

    [GeneratedRegex(@"\bdeploy/[\w./-]+")]
    private static partial Regex DeployedName();

    [GeneratedRegex("TINYGREP_[A-Z_]+")]
    private static partial Regex Variable();
}
