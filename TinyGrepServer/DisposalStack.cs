// Disposes what a program owns in the reverse order of construction, so nothing is gone while something still uses it. Where
// construction fails halfway, this knows what was made until then.

namespace TinyGrepServer;

/// <summary>Disposes what was added, the last first, once.</summary>
internal sealed class DisposalStack : IAsyncDisposable
{
    readonly Stack<object> owned = [];

    /// <summary>Takes over what can be disposed, and hands it back for use.</summary>
    public T Add<T>(T thing)
    {
        if (thing is IAsyncDisposable or IDisposable) owned.Push(thing);
        return thing;
    }

    public async ValueTask DisposeAsync()
    {
        while (owned.TryPop(out var thing))
        {
            if (thing is IAsyncDisposable later) await later.DisposeAsync();
            else ((IDisposable)thing).Dispose();
        }
    }
}
