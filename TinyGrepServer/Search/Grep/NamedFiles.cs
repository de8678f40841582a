// Tells the files of one grep's output apart, by the names under which grep was given them.

using System.Text;

namespace TinyGrepServer.Search;

/// <param name="candidates">The dictionaries, in the order in which grep gets them.</param>
/// <param name="names">What grep is given for each; no two are alike.</param>
internal sealed class NamedFiles(IReadOnlyList<Candidate> candidates, IReadOnlyList<string> names) : ILineOrigin
{
    byte[]? entered;
    int at;

    public void Enter(ReadOnlySpan<byte> name)
    {
        while (entered is null || !name.SequenceEqual(entered))
        {
            if (entered is not null) at++;
            if (at == names.Count) throw new InvalidDataException("grep's output names a file that it was not given.");
            entered = Encoding.UTF8.GetBytes(names[at]);
        }
    }

    public (int Dictionary, long Number) Find(long number) => (candidates[at].Dictionary, number);
}
