// What `run.sh pack` makes is what people get: a script in an empty folder that knows nothing but the package's name compiles without
// a warning, by `dotnet run` and by `dotnet publish`, and the command is installed and does what the program does.

using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace TinyGrepServer.Tests.Packages;

[TestClass]
public sealed class PackagesSpecs
{
    /// <summary>It uses what a script would: a route, calls in process, a JSON context of its own over our types, the stop.</summary>
    const string Script = """"
        using System.Text.Json;
        using System.Text.Json.Serialization;
        using TinyGrepServer;
        using TinyGrepServer.Search;
        using TinyGrepServer.Server;

        var settings = new Settings
        {
            Server = new() { Port = 0 },
            Search = new() { Folder = args[0] },
            Storage = new() { DataFolder = args[1] },
        };
        TinyServer? running = null;
        await using var server = running = await TinyServer.StartAsync(settings, app => app.Map("GET", "/own", async (_, stop) =>
        {
            var request = JsonSerializer.Deserialize("""{"q":"needle","dictionary":"a.txt"}""", Own.Default.SearchRequest)!;
            var answer = JsonSerializer.Serialize(await running!.SearchAsync(request, stop), Own.Default.SearchReply);
            await foreach (var match in running.MatchesAsync(new SearchRequest { Term = "needle" }, stop)) answer += $"\n{match.Text}";
            return Reply.Text($"{answer}\n{await running.Messages.FindAsync(await running.Messages.SaveAsync("kept", stop), stop)}");
        }));
        Console.WriteLine($"Listening on {server.Url}");
        return await server.RunAsync();

        [JsonSerializable(typeof(SearchRequest))]
        [JsonSerializable(typeof(SearchReply))]
        sealed partial class Own : JsonSerializerContext;
        """";

    static readonly TemporaryFolder Folder = new();

    [ClassInitialize]
    public static async Task PackAsync(TestContext _)
    {
        await MadePackages.PackAsync();
        Folder.Write("nuget.config", $"""
            <configuration><packageSources><add key="made" value="{MadePackages.Folder}" /></packageSources></configuration>
            """);
        Folder.Write("notes/a.txt", "hay\na needle\n");
        Folder.Write("script.cs", $"#:package TinyGrepServer@{MadePackages.Version}\n\n{Script}\n");
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow("TinyGrepServer", "lib/net10.0/TinyGrepServer.dll", "buildTransitive/TinyGrepServer.props")]
    [DataRow("TinyGrepServer.Tool", "tools/net10.0/any/TinyGrepServer.dll", "tools/net10.0/any/DotnetToolSettings.xml")]
    public async Task A_package_says_what_it_is_and_holds_what_it_should(string name, params string[] files)
    {
        await using var package = await ZipFile.OpenReadAsync(Path.Join(MadePackages.Folder, $"{name}.{MadePackages.Version}.nupkg"));
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        await using var manifest = await package.GetEntry($"{name}.nuspec")!.OpenAsync();
        var about = XDocument.Load(manifest).Descendants().ToLookup(element => element.Name.LocalName, element => element.Value);

        CollectionAssert.IsSubsetOf(new[] { "README.md" }.Concat(files).ToArray(), names);
        Assert.AreEqual(("MIT", "README.md"), (about["license"].Single(), about["readme"].Single()));
        Assert.IsGreaterThan(60, about["description"].Single().Length);
        Assert.Contains("grep", about["tags"].Single());
        Assert.IsTrue(File.Exists(Path.Join(MadePackages.Folder, $"{name}.{MadePackages.Version}.snupkg")), "symbols");
    }

    [TestMethod, Timeout(300_000)]
    public async Task A_script_runs_with_the_package_alone()
    {
        var start = MadePackages.Dotnet(Folder, "run", "script.cs", Path.Join(Folder.Path, "notes"), Path.Join(Folder.Path, "data"));

        await AssertWorksAsync(start);
    }

    [TestMethod, Timeout(600_000)]
    public async Task The_script_is_published_as_one_native_file_without_a_warning()
    {
        Programs.Find("gcc");
        var made = Path.Join(Folder.Path, "out");

        var (exitCode, output, errors) = await TestServer.RunAsync(MadePackages.Dotnet(Folder, "publish", "script.cs", "-o", made));

        Assert.AreEqual(0, exitCode, output + errors);
        Assert.DoesNotMatchRegex("(?i)warning", output + errors);
        await AssertWorksAsync(Run(Path.Join(made, "script"), Path.Join(Folder.Path, "notes"), Path.Join(Folder.Path, "native")));
    }

    [TestMethod, Timeout(300_000)]
    public async Task The_command_is_installed_and_serves_searches_and_explains_itself()
    {
        var tools = Path.Join(Folder.Path, "tools");
        var (installed, said, complained) = await TestServer.RunAsync(MadePackages.Dotnet(
            Folder, "tool", "install", "TinyGrepServer.Tool", "--tool-path", tools, "--version", MadePackages.Version));
        Assert.AreEqual(0, installed, said + complained);
        var command = Path.Join(tools, "tinygrep");
        var notes = Path.Join(Folder.Path, "notes");

        var version = await TestServer.RunAsync(Run(command, "--version"));
        var help = await TestServer.RunAsync(Run(command, "--help"));
        var search = await TestServer.RunAsync(Run(command, "search", "needle", notes));
        await using var server = await TestServer.AttachAsync(Process.Start(Run(command, notes, "--port", "0"))!);
        var answer = await server.Http.GetStringAsync("/api/v1/search?q=needle");
        server.Signal(TestServer.Terminate);

        Assert.AreEqual((0, $"{MadePackages.Version}\n"), (version.ExitCode, version.Output));
        Assert.Contains("--services", help.Output);
        Assert.AreEqual((0, $"{notes}/a.txt:2:a needle\n"), (search.ExitCode, search.Output));
        Assert.Contains("\"count\":1", answer);
        Assert.AreEqual(0, await server.WaitForExitAsync());
    }

    static ProcessStartInfo Run(string program, params string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder.Path,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    static async Task AssertWorksAsync(ProcessStartInfo start)
    {
        await using var server = await TestServer.AttachAsync(Process.Start(start)!);

        var lines = (await server.Http.GetStringAsync("/own")).Split('\n');
        var schema = await server.Http.GetStringAsync("/schema");
        var own = server.Children() is [var script, ..] ? script : server.Process.Id; // dotnet run hands no signal on
        await TestServer.RunAsync(Programs.Start("kill", "-TERM", $"{own}"));

        Assert.AreEqual(0, await server.WaitForExitAsync(), server.Log);
        Assert.StartsWith("{\"query\":{\"q\":\"needle\",\"dictionary\":[\"a.txt\"]", lines[0]);
        CollectionAssert.AreEqual(new[] { "a needle", "kept" }, lines[1..]);
        Assert.StartsWith("{\"openapi\":\"3.1", schema.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
        Assert.DoesNotMatchRegex("(?i)warning", server.Log);
    }
}
