// A folder for one test, gone with it.

namespace TinyGrepServer.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tinygrep-test-").FullName;

    /// <summary>Writes a file, its folders included, and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Join(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
