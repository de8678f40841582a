// Which dictionary, and which of its lines, a line of grep's standard input is. The feed notes where each piece of a text begins
// before grep can have seen it; grep's numbers only grow.

namespace TinyGrepServer.Search;

internal sealed class FedLines : ILineOrigin
{
    readonly Lock gate = new();
    readonly List<Piece> pieces = [];
    int at;

    /// <summary>Lines of the dictionary before everything that is fed: for a part of a long one, known only when its turn comes.</summary>
    public long LinesBefore { get; set; }

    /// <summary>How many pieces there are.</summary>
    public int Count => pieces.Count;

    /// <summary>A piece begins.</summary>
    /// <param name="fed">Lines fed before it.</param>
    /// <param name="dictionary">The dictionary's index in the search's list.</param>
    /// <param name="linesBefore">Lines of the dictionary before it.</param>
    public void Begin(long fed, int dictionary, long linesBefore)
    {
        lock (gate) pieces.Add(new Piece(fed, dictionary, linesBefore));
    }

    /// <summary>Forgets the latest pieces, which grep has not seen.</summary>
    public void KeepFirst(int count)
    {
        lock (gate) pieces.RemoveRange(count, pieces.Count - count);
    }

    public void Enter(ReadOnlySpan<byte> name) => throw new InvalidDataException("Standard input has no names.");

    public (int Dictionary, long Number) Find(long number)
    {
        lock (gate)
        {
            while (at + 1 < pieces.Count && pieces[at + 1].Fed < number) at++;
            var piece = pieces[at];
            return (piece.Dictionary, LinesBefore + piece.LinesBefore + number - piece.Fed);
        }
    }

    readonly record struct Piece(long Fed, int Dictionary, long LinesBefore);
}
