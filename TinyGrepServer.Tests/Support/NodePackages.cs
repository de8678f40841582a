// Where run.sh test puts the packages of Node that tests use: the page's axe-core, the validators of the schema.

namespace TinyGrepServer.Tests;

internal static class NodePackages
{
    public static string Folder { get; } = Path.Join(Cache(), "tinygrep-tests");

    public static string PathOf(string package, string file = "") => Path.Join(Folder, "node_modules", package, file);

    /// <summary>Makes the test inconclusive where one of them is missing.</summary>
    public static void Need(params string[] packages)
    {
        foreach (var package in packages)
        {
            if (!Directory.Exists(PathOf(package))) Assert.Inconclusive($"There is no {package} here.");
        }
    }

    static string Cache() => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
        ? set
        : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
