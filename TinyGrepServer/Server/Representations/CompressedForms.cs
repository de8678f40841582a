// A body that is sent many times is compressed once, and with more effort than one that is sent once.

using System.Collections.Concurrent;
using System.IO.Compression;

namespace TinyGrepServer.Server;

/// <summary>The compressed forms of one body, each made once.</summary>
/// <param name="grown">Told how many bytes a new form takes.</param>
internal sealed class CompressedForms(Action<int> grown)
{
    readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> forms = new(StringComparer.Ordinal);

    /// <summary>How many bytes a form has, if it has been made.</summary>
    public long? LengthOf(string coding) => forms.TryGetValue(coding, out var known) ? known.Length : null;

    public ReadOnlyMemory<byte> Get(string coding, ReadOnlyMemory<byte> body)
    {
        if (forms.TryGetValue(coding, out var known)) return known;
        var encoded = ContentCoding.Encode(body, coding, CompressionLevel.Optimal);
        if (forms.TryAdd(coding, encoded)) grown(encoded.Length);
        return encoded;
    }
}
