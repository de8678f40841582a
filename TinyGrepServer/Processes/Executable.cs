// Finds programs on PATH as a shell does, once, so that a missing one is noticed at start and not by the first request.

namespace TinyGrepServer.Processes;

internal static class Executable
{
    /// <summary>The absolute path of a program on PATH, or null.</summary>
    public static string? Find(string name)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.GetFullPath(Path.Join(folder, name)))
            .FirstOrDefault(path => File.Exists(path) && (File.GetUnixFileMode(path) & Execute) != 0);
    }
}
