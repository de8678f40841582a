// Disposes what a program owns in the reverse order of construction, so nothing is gone while something still uses it. Where
// construction fails halfway, this knows what was made until then.

using System.Runtime.ExceptionServices;

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

    /// <summary>Disposes all of it after a failure, which is what there is to tell: what goes wrong here as well is not.</summary>
    public async Task AbandonAsync() => await DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Disposes all of it, and throws what went wrong first.</summary>
    public async ValueTask DisposeAsync()
    {
        ExceptionDispatchInfo? first = null;
        while (owned.TryPop(out var thing))
        {
            try
            {
                if (thing is IAsyncDisposable later) await later.DisposeAsync();
                else ((IDisposable)thing).Dispose();
            }
#pragma warning disable CA1031 // It is thrown once the rest is gone, too.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(failed);
            }
        }
        first?.Throw();
    }
}
