// The real server as a process of its own on a free port of 127.0.0.1, with the handles a test needs: HTTP, logs, signals.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TinyGrepServer.Tests;

/// <summary>Starts the program, waits until it listens, and ends it with the test.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int KillNow = 9;
    public const int Terminate = 15;

    static readonly TimeSpan PipeTimeout = TimeSpan.FromSeconds(5);

    readonly StringBuilder log = new();
    Task pumping = Task.CompletedTask;

    TestServer(Process process, Uri url)
    {
        Process = process;
        Url = url;
        Http = NewClient();
    }

    public Process Process { get; }

    public Uri Url { get; }

    /// <summary>A client without limits of its own but a generous timeout.</summary>
    public HttpClient Http { get; }

    /// <summary>What the server has written to stderr so far.</summary>
    public string Log
    {
        get
        {
            lock (log) return log.ToString();
        }
    }

    /// <summary>The folder of the built program and the tests.</summary>
    public static string BinaryFolder => AppContext.BaseDirectory;

    /// <summary>The top of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Starts <c>dotnet TinyGrepServer.dll --port 0 …</c> in the repository's top folder.</summary>
    public static Task<TestServer> StartAsync(params string[] arguments) => StartAsync(new Dictionary<string, string?>(), arguments);

    public static async Task<TestServer> StartAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = Command(["--port", "0", .. arguments]);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return await AttachAsync(Process.Start(start)!);
    }

    /// <summary>Starts the program from a shell script that finds its command line in <c>"$@"</c>.</summary>
    public static Task<TestServer> StartInShellAsync(string script, params string[] arguments) =>
        AttachAsync(Process.Start(Programs.Shell(script, ["--port", "0", .. arguments]))!);

    /// <summary>Takes over a process whose stdout will say where the server listens: the program itself, or a wrapper around it.</summary>
    public static async Task<TestServer> AttachAsync(Process process)
    {
        var errors = new StringBuilder();
        var line = await process.StandardOutput.ReadLineAsync();
        if (line is null || !line.StartsWith("Listening on ", StringComparison.Ordinal))
        {
            errors.Append(await process.StandardError.ReadToEndAsync());
            throw new InvalidOperationException($"The server did not start: {line} {errors}");
        }
        var server = new TestServer(process, new Uri(line["Listening on ".Length..]));
        server.pumping = server.PumpLogAsync();
        return server;
    }

    /// <summary>
    /// How the program is started; its three streams are redirected. TINYGREP_TEST_PROGRAM names another than the one that was built
    /// with the tests: the native file.
    /// </summary>
    public static ProcessStartInfo Command(params string[] arguments)
    {
        var other = Environment.GetEnvironmentVariable("TINYGREP_TEST_PROGRAM");
        var start = new ProcessStartInfo(other ?? "dotnet")
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (other is null) start.ArgumentList.Add(Path.Join(BinaryFolder, "TinyGrepServer.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        await RunAsync(Command(arguments));

    /// <summary>Runs any command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 })
    {
        BaseAddress = Url,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public void Signal(int signal) => Assert.AreEqual(0, Native.Kill(Process.Id, signal));

    public async Task<int> WaitForExitAsync()
    {
        await Process.WaitForExitAsync();
        await Task.WhenAny(pumping, Task.Delay(PipeTimeout)); // its last words; a grandchild may hold the pipe for ever
        return Process.ExitCode;
    }

    /// <summary>The value of a metric as <c>/metrics</c> tells it; one with labels is named with them.</summary>
    public async Task<double> GaugeAsync(string name)
    {
        var text = await Http.GetStringAsync("/metrics");
        var line = text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>The process ids of the server's children, zombies left out.</summary>
    public IReadOnlyList<int> Children() => ProcessTable.ChildrenOf(Process.Id);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        // Shown where the test has failed.
        if (Process.HasExited) Console.WriteLine($"The server had ended with {await WaitForExitAsync()}. It had written:\n{Log}");
        else _ = Native.Kill(Process.Id, KillNow);
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    async Task PumpLogAsync()
    {
        while (await Process.StandardError.ReadLineAsync() is { } line)
        {
            lock (log) log.AppendLine(line);
        }
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder!.FullName, "TinyGrepServer.sln"))) folder = folder.Parent;
        return folder.FullName;
    }

    static class Native
    {
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054 // Blittable.
        public static extern int Kill(int processId, int signal);
#pragma warning restore SYSLIB1054
    }
}
