// An answer under construction: lines go in, bytes come out. The part that all forms share; RunningSearch sends it.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A form of answers.</summary>
internal abstract class Answer : ILineSink, IDisposable
{
    public Lock Gate { get; } = new();

    /// <summary>Whether it has ended, and its memory has been given back.</summary>
    protected bool IsDisposed { get; private set; }

    /// <summary>What has been written and not yet sent.</summary>
    public PooledBuffer Output { get; } = new();

    /// <summary>Whether a part has gone out, or will before the end.</summary>
    public bool Streaming { get; set; }

    public int Held => Output.Length;

    /// <summary>Dictionaries that were not read to their end; known once the search has ended.</summary>
    public IReadOnlyList<Problem> Problems { get; set; } = [];

    /// <summary>Whether anything was found.</summary>
    public abstract bool FoundAny { get; }

    /// <summary>Whether there are more matches than the answer may hold.</summary>
    public virtual bool HasMore => false;

    /// <summary>Header fields of the reply.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> Headers => [];

    public abstract string ContentType { get; }

    /// <summary>What comes before the first line.</summary>
    public abstract byte[] Head { get; }

    public abstract bool Add(in FoundLine line);

    public virtual bool TryRestart()
    {
        if (Streaming) return false;
        Output.Clear();
        return true;
    }

    /// <summary>After the last line: writes the next step of what is still held back; false where nothing is left.</summary>
    public virtual bool Complete() => false;

    /// <summary>What comes after the last line; throws where the answer must not be completed.</summary>
    public abstract byte[] Tail(StopReason stop);

    /// <summary>
    /// What has been found so far, as an answer of its own, for an asker who has run out of time while the search goes on
    /// for others. Null where it has ended or is being streamed.
    /// </summary>
    /// <exception cref="ApiError">504 where the form has no way to say that it is not complete.</exception>
    public abstract Reply? Partial();

    /// <summary>What is held as a reply in memory.</summary>
    /// <param name="tail">What comes after it.</param>
    public Reply Compose(ReadOnlySpan<byte> tail)
    {
        var head = Head;
        var body = new byte[head.Length + Output.Length + tail.Length];
        head.CopyTo(body, 0);
        Output.Written.Span.CopyTo(body.AsSpan(head.Length));
        tail.CopyTo(body.AsSpan(head.Length + Output.Length));
        return new Reply { ContentType = ContentType, Body = body, Headers = Headers };
    }

    public virtual void Dispose()
    {
        IsDisposed = true;
        Output.Dispose();
    }
}
