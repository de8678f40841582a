// The matches among some lines, as JSON, in order.

namespace TinyGrepServer.Search;

internal sealed class MatchesFound(NewLines lines) : ILineSink
{
    /// <summary>Each with the index of its line.</summary>
    public List<(int Line, byte[] Json)> All { get; } = [];

    /// <summary>Lines that match and are too long, each with the index of its piece as its dictionary.</summary>
    public List<Problem> Problems { get; } = [];

    public Lock Gate { get; } = new();

    public int Held => 0;

    public bool Add(in FoundLine line)
    {
        var piece = lines.Pieces[line.Dictionary];
        using var json = new PooledBuffer();
        var number = piece.File.Lines + line.Number - piece.First + 1;
        MatchJson.Begin(json, SearchJson.Quoted(piece.File.Name), line, number, []);
        json.Append((byte)'}');
        All.Add(((int)line.Number, json.Written.ToArray()));
        return true;
    }

    public bool TryRestart() => false;
}
