// Dictionaries as arguments of one grep: files opened by this process, named by their descriptors. So no other file can take a name
// between its check and grep's open, and each has a name of its own in grep's output, however many links lead to it. They stay open until
// grep has ended, because a reused descriptor names another file.

using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class OpenedFiles : IDisposable
{
    static readonly string Descriptors = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/");

    /// <summary>
    /// Whether another process of this user can open what this one has open: not where /proc is missing, nor where our program has rights
    /// of its own (setcap), which closes it to others.
    /// </summary>
    public static bool CanBeNamed => Directory.Exists(Descriptors) && Posix.IsOpenToOthers;

    readonly List<SafeFileHandle> handles = [];
    readonly List<Candidate> candidates = [];
    readonly List<string> arguments = [];
    readonly List<Problem> problems = [];

    /// <summary>Opens what a batch has; what cannot be opened becomes a problem.</summary>
    public OpenedFiles(IReadOnlyList<Candidate> batch)
    {
        foreach (var candidate in batch)
        {
            try
            {
                var handle = candidate.File.Open();
                handles.Add(handle);
                candidates.Add(candidate);
                arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{Descriptors}{handle.DangerousGetHandle()}"));
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                problems.Add(new Problem(candidate.Dictionary, Problem.Unreadable));
            }
        }
    }

    /// <summary>What could be opened.</summary>
    public IReadOnlyList<Candidate> Candidates => candidates;

    /// <summary>The same, as grep is given it.</summary>
    public IReadOnlyList<string> Arguments => arguments;

    /// <summary>What could not.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Those that grep was refused: it opens each anew, and rights may have changed meanwhile.</summary>
    public IEnumerable<Problem> Refused() =>
        from file in Enumerable.Range(0, handles.Count)
        where !CanBeOpened(arguments[file])
        select new Problem(candidates[file].Dictionary, Problem.Unreadable);

    /// <summary>grep's words with the names that people know.</summary>
    public string InOurWords(string words)
    {
        for (var file = 0; file < arguments.Count; file++)
            words = words.Replace($"{arguments[file]}: ", $"{candidates[file].File.Name}: ", StringComparison.Ordinal);
        return words;
    }

    public void Dispose() => handles.ForEach(handle => handle.Dispose());

    static bool CanBeOpened(string path)
    {
        var descriptor = Posix.Open(path, Posix.ReadOnly | Posix.NonBlocking | Posix.CloseOnExec, 0);
        if (descriptor >= 0) _ = Posix.Close(descriptor);
        return descriptor >= 0;
    }
}
