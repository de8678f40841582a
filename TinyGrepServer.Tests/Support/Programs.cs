// Other programs that tests start: a shell, tools that not every machine has, and ours as an ordinary user.

using System.Diagnostics;

namespace TinyGrepServer.Tests;

internal static class Programs
{
    /// <summary>The program's absolute path; the test is inconclusive where there is none.</summary>
    public static string Find(string name)
    {
        if (Path.IsPathRooted(name)) return name;
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            if (folder.Length > 0 && File.Exists(Path.Join(folder, name))) return Path.Join(folder, name);
        }
        Assert.Inconclusive($"There is no {name} here.");
        return "";
    }

    /// <summary>A shell script that finds the program's command line in <c>"$@"</c>.</summary>
    public static ProcessStartInfo Shell(string script, params string[] arguments)
    {
        var program = TestServer.Command(arguments);
        var start = Start("bash", ["-c", script, "bash", program.FileName, .. program.ArgumentList]);
        start.WorkingDirectory = program.WorkingDirectory;
        return start;
    }

    /// <summary>
    /// A dotnet command that builds on what is built already; it is a child of what is started. One at a time: two would write the same
    /// files.
    /// </summary>
    public static ProcessStartInfo Build(params IEnumerable<string> words) =>
        BuildAsTests(Start("flock", ["-o", "TinyGrepServer.sln", Find("dotnet"), .. words]));

    /// <summary>Makes builds those of the tests' configuration, without the analyzers: the tests' own build has had them.</summary>
    public static ProcessStartInfo BuildAsTests(ProcessStartInfo start)
    {
        start.Environment["Configuration"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        start.Environment["RunAnalyzers"] = "false";
        return start;
    }

    public static ProcessStartInfo Start(string name, params IEnumerable<string> arguments) => new(Find(name), arguments)
    {
        WorkingDirectory = TestServer.Root,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}

internal static class Unprivileged
{
    /// <summary>The program as the user nobody; needs root, and a build that nobody can read.</summary>
    public static ProcessStartInfo Command(params string[] arguments)
    {
        if (Environment.UserName != "root") Assert.Inconclusive("Only root can start a program as somebody else.");
        var program = Path.Join(TestServer.BinaryFolder, "TinyGrepServer.dll");
        string[] nobody = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", Programs.Find("dotnet"), program];
        var start = Programs.Start("setpriv", [.. nobody, .. arguments]);
        for (var folder = new DirectoryInfo(TestServer.BinaryFolder); folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
                Assert.Inconclusive($"The user nobody may not enter {folder.Name}.");
        }
        return start;
    }
}
