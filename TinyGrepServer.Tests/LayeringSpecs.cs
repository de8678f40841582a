// The direction of dependency is a promise to readers: the kernel can be read alone, a slice can be read with the kernel
// alone. These specs read the sources and keep it, and the other promises that no compiler keeps.

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class LayeringSpecs
{
    const int MaxLines = 300;
    const int MaxMethod = 40;
    const int MaxWidth = 140;
    const int MaxKnot = 4;

    /// <summary>What can be read in one sitting.</summary>
    const int MaxRoom = 16;

    static readonly Source[] Product = ReadFolder("TinyGrepServer");
    static readonly IReadOnlyList<Source> Kernel = [.. Product.Where(source => source.Folder == "Server")];
    static readonly IReadOnlyList<Source> Search = [.. Product.Where(source => source.Folder == "Search")];
    static readonly IReadOnlyList<Source> Others =
        [.. ReadFolder("TinyGrepServer.Tests"), .. ReadFolder("examples"), .. ReadFolder("bench"), .. ReadFolder("deploy")];

    static readonly Source[] Scripts = ReadFolder("TinyGrepServer", "*.js");
    static readonly Source[] Pages = [.. ReadFolder("TinyGrepServer", "*.html"), .. ReadFolder("TinyGrepServer", "*.css")];
    static readonly Source[] Commands =
    [
        Source.Read("run.sh", File.ReadAllText(Path.Join(TestServer.Root, "run.sh"))),
        .. ReadFolder("bench", "*.sh"), .. ReadFolder("bench", "*.lua"), .. ReadFolder("deploy", "*.sh"),
    ];

    [TestMethod]
    public void Dependencies_point_downwards_only() => AssertNone(Layering.Violations(Product));

    [TestMethod]
    public void The_namespace_is_the_first_folder() => AssertNone(Layering.Misplaced(Product));

    [TestMethod]
    public void No_project_file_lets_a_namespace_in_for_all()
    {
        var project = File.ReadAllText(Path.Join(TestServer.Root, "TinyGrepServer", "TinyGrepServer.csproj"));

        Assert.IsFalse(project.Contains("Using Include=\"TinyGrepServer", StringComparison.Ordinal));
    }

    [TestMethod]
    public void No_file_is_long() => AssertNone(Rooms.Long([.. Product, .. Others, .. Scripts, .. Pages], MaxLines));

    [TestMethod]
    public void No_line_is_wide() => AssertNone(Rooms.Wide([.. Product, .. Others, .. Scripts, .. Pages, .. Commands], MaxWidth));

    [TestMethod]
    public void No_method_is_long() => AssertNone(Methods.Long(Product, MaxMethod));

    [TestMethod]
    public void No_room_of_the_kernel_is_crowded() => AssertNone(Rooms.Crowded(Kernel, MaxRoom));

    [TestMethod]
    public void No_knot_in_search() => AssertNone(Rooms.Knots(Search, MaxKnot));

    [TestMethod]
    public void The_kernel_knows_no_path_of_ours() => AssertNone(Rooms.OwnPaths(Kernel));

    [TestMethod]
    public void Every_file_opens_with_a_comment() =>
        AssertNone(Rooms.Unintroduced([.. Product, .. ReadFolder("examples"), .. Scripts]));

    [TestMethod]
    public void Only_the_kernel_knows_HttpListener() => AssertNone(Layering.Listeners(Product));

    [TestMethod]
    public void Only_one_file_starts_processes() => AssertNone(Layering.Starters(Product));

    [TestMethod]
    public void Clocks_are_given() => AssertNone(Layering.Clocks(Product));

    [TestMethod]
    public void No_thread_waits_for_a_task() => AssertNone(Blocking(Product));

    [TestMethod]
    public void The_specs_look_at_something()
    {
        Assert.IsGreaterThan(150, Product.Length);
        Assert.IsGreaterThan(30, Kernel.Count);
        Assert.IsGreaterThan(30, Search.Count);
        Assert.IsGreaterThan(20, Scripts.Length);
        Assert.IsGreaterThan(7, Pages.Length);
        Assert.IsGreaterThan(15, Commands.Length);
    }

    [TestMethod]
    [DataRow("Server/A.cs", "using TinyGrepServer.Search;", "Server/A.cs uses Search")]
    [DataRow("Server/A.cs", "var x = TinyGrepServer.Search.Grep.Find();", "Server/A.cs uses Search")]
    [DataRow("Server/A.cs", "var x = Search.Grep.Find();", "Server/A.cs uses Search")]
    [DataRow("Server/A.cs", "var x = Units.Size(text);", "Server/A.cs uses the top")]
    [DataRow("Server/A.cs", "void Take(Settings settings) { }", "Server/A.cs uses the top")]
    [DataRow("Server/A.cs", "using static TinyGrepServer.Telemetry.Logs;", "Server/A.cs uses Telemetry")]
    [DataRow("Server/A.cs", "using Found = TinyGrepServer.Search.Grep;", "Server/A.cs uses Search")]
    [DataRow("Server/A.cs", "global using global::TinyGrepServer.Search;", "Server/A.cs uses Search")]
    [DataRow("Server/Wire/A.cs", "using TinyGrepServer.Search;", "Server/Wire/A.cs uses Search")]
    [DataRow("Processes/A.cs", "using TinyGrepServer.Server;", "Processes/A.cs uses Server")]
    [DataRow("Movies/A.cs", "using TinyGrepServer.Search;", "Movies/A.cs uses Search")]
    [DataRow("Search/A.cs", "TinyGrepServer.Movies.Movie? x = null;", "Search/A.cs uses Movies")]
    [DataRow("Search/A.cs", "var app = new App(settings);", "Search/A.cs uses the top")]
    [DataRow("Search/Grep/A.cs", "IReadOnlyList<Settings> all;", "Search/Grep/A.cs uses the top")]
    [DataRow("Telemetry/A.cs", "using TinyGrepServer.Movies;", "Telemetry/A.cs uses Movies")]
    [DataRow("Storage/A.cs", "using TinyGrepServer.Telemetry;", "Storage/A.cs uses Telemetry")]
    [DataRow("Access/A.cs", "using TinyGrepServer.Movies;", "Access/A.cs uses Movies")]
    [DataRow("Units.cs", "using TinyGrepServer.Search;", "Units.cs uses Search")]
    public void A_use_that_points_upwards_is_seen(string path, string line, string expected)
    {
        var violations = Layering.Violations([.. MadeUp, Source.Read(path, line)]).ToList();

        Assert.HasCount(1, violations);
        StringAssert.StartsWith(violations[0], expected, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("Search/A.cs", "using TinyGrepServer.Server;\nusing TinyGrepServer.Processes;")]
    [DataRow("Movies/A.cs", "using TinyGrepServer.Storage;\nusing TinyGrepServer.Access;\nusing TinyGrepServer.Telemetry;")]
    [DataRow("Access/A.cs", "using TinyGrepServer.Storage;")]
    [DataRow("App.cs", "using TinyGrepServer.Search;\nusing TinyGrepServer.Movies;")]
    [DataRow("Program.cs", "using TinyGrepServer.Search;")]
    [DataRow("Telemetry/A.cs", "using TinyGrepServer.Server;")]
    [DataRow("Server/A.cs", "// using TinyGrepServer.Search;\nvar x = \"TinyGrepServer.Search.Grep\"; /* Units.Size */")]
    [DataRow("Server/A.cs", "var x = asked.Search.Grep; int Units = 1;")]
    [DataRow("Movies/A.cs", "MovieSettings Settings { get; }\nvar x = Take(Settings, 1) + Settings.Most;")]
    [DataRow("Telemetry/A.cs", "var folder = other.Settings.Search; var s = $\"Units.Size({x})\"; char c = '\"'; Use(\"\\\"\");")]
    [DataRow("Units.cs", "using TinyGrepServer.Server;")]
    public void A_use_that_points_downwards_is_not_minded(string path, string text) =>
        AssertNone(Layering.Violations([.. MadeUp, Source.Read(path, text)]));

    [TestMethod]
    public void A_namespace_that_is_not_the_first_folder_is_seen()
    {
        Source[] sources =
        [
            Source.Read("Search/A.cs", "namespace TinyGrepServer.Server;"),
            Source.Read("B.cs", "namespace TinyGrepServer;"),
            Source.Read("Search/C.cs", "// namespace TinyGrepServer.Search;"),
            Source.Read("Search/Grep/D.cs", "namespace TinyGrepServer.Search;"),
            Source.Read("Search/Grep/E.cs", "namespace TinyGrepServer.Search.Grep;"),
        ];

        var misplaced = Layering.Misplaced(sources).Select(text => text[..text.IndexOf(' ', StringComparison.Ordinal)]);

        Assert.AreEqual("Search/A.cs Search/C.cs Search/Grep/E.cs", string.Join(' ', misplaced));
    }

    [TestMethod]
    [DataRow("Search/A.cs", "var listener = new HttpListener();", true)]
    [DataRow("App.cs", "void Take(HttpListenerContext context) { }", true)]
    [DataRow("Server/Wire/A.cs", "var listener = new HttpListener();", false)]
    [DataRow("Search/A.cs", "// HttpListener\nvar x = \"HttpListener\";", false)]
    public void HttpListener_outside_the_kernel_is_seen(string path, string text, bool seen) =>
        Assert.AreEqual(seen ? $"{path} knows HttpListener" : "", string.Join('\n', Layering.Listeners([Source.Read(path, text)])));

    [TestMethod]
    [DataRow("Search/A.cs", "using var child = Process.Start(start);", true)]
    [DataRow("Search/A.cs", "void Take(ProcessStartInfo start) { }", true)]
    [DataRow("Processes/A.cs", "using var child = new Process();", true)]
    [DataRow("A.cs", "using var child = new System.Diagnostics.Process();", true)]
    [DataRow("Processes/ChildProcess.cs", "using var child = Process.Start(new ProcessStartInfo(path));", false)]
    [DataRow("Telemetry/A.cs", "using var own = Process.GetCurrentProcess(); // Process.Start(", false)]
    [DataRow("Telemetry/A.cs", "var table = new ProcessTable();", false)]
    public void A_process_that_is_started_elsewhere_is_seen(string path, string text, bool seen) =>
        Assert.AreEqual(seen ? $"{path} starts processes" : "", string.Join('\n', Layering.Starters([Source.Read(path, text)])));

    [TestMethod]
    [DataRow("Jobs/A.cs", "var now = TimeProvider.System.GetUtcNow();", true)]
    [DataRow("Jobs/A.cs", "var now = time.GetUtcNow(); // TimeProvider.System", false)]
    [DataRow("App.cs", "var time = TimeProvider.System;", false)]
    [DataRow("Server/HttpServer.cs", "time ?? TimeProvider.System", false)]
    public void A_clock_that_is_taken_and_not_given_is_seen(string path, string text, bool seen) =>
        Assert.AreEqual(seen ? $"{path} takes the system's clock" : "", string.Join('\n', Layering.Clocks([Source.Read(path, text)])));

    [TestMethod]
    [DataRow("var x = task.Result;")]
    [DataRow("task.Wait();")]
    [DataRow("task.GetAwaiter().GetResult();")]
    [DataRow("static async void Run() { }")]
    [DataRow("Thread.Sleep(1);")]
    [DataRow("Task.WaitAll(a, b);")]
    public void Blocking_is_seen(string line) => Assert.HasCount(1, Blocking([Source.Read("A.cs", line)]));

    [TestMethod]
    [DataRow("await task.WaitAsync(limit);")]
    [DataRow("// task.Result")]
    [DataRow("Log(\".Result\");")]
    [DataRow("var x = reply.Results;")]
    [DataRow("await child.WaitAsync();")]
    [DataRow("SearchResult x;")]
    [DataRow("Monitor.Wait(gate);", DisplayName = "a thread of one's own, for a task there is not")]
    public void Waiting_without_a_thread_is_not_minded(string line) => AssertNone(Blocking([Source.Read("A.cs", line)]));

    static Source[] MadeUp =>
    [
        Source.Read("Units.cs", "namespace TinyGrepServer;\ninternal static class Units;"),
        Source.Read("Settings.cs", "namespace TinyGrepServer;\npublic sealed record Settings;"),
        Source.Read("App.cs", "namespace TinyGrepServer;\ninternal sealed class App;"),
        Source.Read("Server/Reply.cs", "namespace TinyGrepServer.Server;\npublic sealed record Reply;"),
        Source.Read("Processes/ChildProcess.cs", "namespace TinyGrepServer.Processes;\ninternal sealed class ChildProcess;"),
        Source.Read("Search/Grep/Grep.cs", "namespace TinyGrepServer.Search;\ninternal sealed class Grep;"),
        Source.Read("Movies/Movie.cs", "namespace TinyGrepServer.Movies;\npublic sealed record Movie;"),
        Source.Read("Telemetry/Logs.cs", "namespace TinyGrepServer.Telemetry;\ninternal static class Logs;"),
        Source.Read("Storage/Database.cs", "namespace TinyGrepServer.Storage;\ninternal sealed class Database;"),
    ];

    static string[] Blocking(IEnumerable<Source> sources)
    {
        const string Waits = @"\.Result\b(?!\s*=[^=])|(?<!\bMonitor)\.Wait\(|\.GetResult\(\)|\basync\s+void\b"
            + @"|\bThread\.Sleep\b|\bTask\.Wait(?:All|Any)\b";
        return [.. sources.Where(source => source.Uses(Waits)).Select(source => source.Path)];
    }

    static void AssertNone(IEnumerable<string> found) => Assert.AreEqual("", string.Join("\n", found));

    static Source[] ReadFolder(string name, string files = "*.cs")
    {
        var top = Path.Join(TestServer.Root, name);
        return
        [
            .. from path in Directory.EnumerateFiles(top, files, SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(top, path)
               where !relative.StartsWith("bin/", StringComparison.Ordinal) && !relative.StartsWith("obj/", StringComparison.Ordinal)
               select Source.Read(relative, File.ReadAllText(path)),
        ];
    }
}
