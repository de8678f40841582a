// Dictionaries as arguments of one grep. Two links may lead to one file: each dictionary gets a spelling of its path that no other one
// of the batch has (more slashes at its beginning mean the same), so that grep's output always says which of them it is.

using System.Text;

namespace TinyGrepServer.Search;

internal sealed class NamedFiles : ILineOrigin
{
    readonly IReadOnlyList<Candidate> candidates;
    byte[]? entered;
    int at;

    /// <param name="candidates">The dictionaries, in the order in which grep gets them.</param>
    public NamedFiles(IReadOnlyList<Candidate> candidates)
    {
        this.candidates = candidates;
        var arguments = new string[candidates.Count];
        HashSet<string> taken = new(candidates.Count, StringComparer.Ordinal);
        for (var file = 0; file < arguments.Length; file++)
        {
            arguments[file] = candidates[file].File.Path;
            while (!taken.Add(arguments[file])) arguments[file] = $"/{arguments[file]}";
        }
        Arguments = arguments;
    }

    /// <summary>What grep is given.</summary>
    public IReadOnlyList<string> Arguments { get; }

    public void Enter(ReadOnlySpan<byte> name)
    {
        while (entered is null || !name.SequenceEqual(entered))
        {
            if (entered is not null) at++;
            if (at == Arguments.Count) throw new InvalidDataException("grep's output names a file that it was not given.");
            entered = Encoding.UTF8.GetBytes(Arguments[at]);
        }
    }

    public (int Dictionary, long Number) Find(long number) => (candidates[at].Dictionary, number);
}
