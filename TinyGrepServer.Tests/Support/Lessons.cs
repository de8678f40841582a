// The lessons in examples/lessons, compiled and run. A reader types dotnet run for each; here one compiler takes all of them, in this
// process, each file exactly as it stands and with what the SDK adds to it. A lesson is run once, however many tests look at it.

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TinyGrepServer.Tests;

/// <summary>What a lesson printed, and how long it took on a machine that did not stand still.</summary>
internal sealed partial record LessonOutput(int ExitCode, string Text, TimeSpan Took)
{
    /// <summary>The numbers of the line with this label, in their order.</summary>
    public IReadOnlyList<int> this[string label]
    {
        get
        {
            var lines = Text.Split('\n').Where(line => line.StartsWith($"{label}:", StringComparison.Ordinal)).ToList();
            Assert.HasCount(1, lines, $"{label}\n{Text}");
            return [.. Number().Matches(lines[0][label.Length..]).Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture))];
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}

internal static class Lessons
{
    /// <summary>What <c>dotnet run</c> has in scope without a word (ImplicitUsings).</summary>
    const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    const string RuntimeConfig = """
        { "runtimeOptions": { "tfm": "net10.0", "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" } } }
        """;

    static readonly string Folder = Path.Join(TestServer.Root, "examples", "lessons");
    static readonly Lazy<TemporaryFolder> Built = new(CompileAll);
    static readonly ConcurrentDictionary<string, Lazy<Task<LessonOutput>>> Outputs = new();

    /// <summary>The files, by name, in the order they are read.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.cs").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Join(Folder, file));

    /// <param name="number">Of the lesson: 01 to 12.</param>
    public static Task<LessonOutput> RunAsync(string number) =>
        Outputs.GetOrAdd(number, _ => new Lazy<Task<LessonOutput>>(() => RunOnceAsync(number))).Value;

    public static void RemoveBuilt()
    {
        if (Built.IsValueCreated) Built.Value.Dispose();
    }

    static async Task<LessonOutput> RunOnceAsync(string number)
    {
        var file = Files.Single(file => file.StartsWith($"{number}-", StringComparison.Ordinal));
        var program = Path.Join(Built.Value.Path, Path.ChangeExtension(file, ".dll"));
        using var still = new Standstill();
        var started = TimeProvider.System.GetTimestamp();
        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Start("dotnet", program));
        Assert.AreEqual(0, exitCode, output + errors);
        return new LessonOutput(exitCode, output, TimeProvider.System.GetElapsedTime(started) - still.Longest);
    }

    static TemporaryFolder CompileAll()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(path => Path.GetDirectoryName(path) == runtime)
            .Select(path => MetadataReference.CreateFromFile(path))
            .ToList();
        var usings = CSharpSyntaxTree.ParseText(ImplicitUsings);
        var options = new CSharpCompilationOptions(
            OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 10);
        var folder = new TemporaryFolder();
        foreach (var file in Files)
        {
            var tree = CSharpSyntaxTree.ParseText(Read(file), path: file);
            var name = Path.GetFileNameWithoutExtension(file);
            var made = CSharpCompilation.Create(name, [usings, tree], references, options).Emit(Path.Join(folder.Path, $"{name}.dll"));
            var faults = made.Diagnostics.Where(fault => fault.Severity >= DiagnosticSeverity.Warning);
            Assert.AreEqual("", string.Join("\n", faults));
            File.WriteAllText(Path.Join(folder.Path, $"{name}.runtimeconfig.json"), RuntimeConfig);
        }
        return folder;
    }
}
