// One client's stream: it subscribes once its headers are sent, and unsubscribes however it ends.

using System.Runtime.CompilerServices;

namespace TinyGrepServer.Search;

/// <param name="files">The files as it found them.</param>
/// <param name="left">Called once it has left.</param>
internal sealed class FollowStream(Following following, FollowedFiles files, int last, Action left) : IAsyncDisposable
{
    readonly Follower follower = new();
    readonly CancellationTokenSource leaving = new();
    Task? joining;
    bool hasLeft;

    /// <inheritdoc cref="Follower.Cut"/>
    public CancellationToken Cut => follower.Cut;

    /// <summary>What happens, as it comes, until the server stops; to be asked once.</summary>
    public async IAsyncEnumerable<FollowEvent> ToldAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        joining = JoinAsync();
        await foreach (var told in follower.ToldAsync(cancellationToken)) yield return told;
    }

    public async ValueTask DisposeAsync()
    {
        if (hasLeft) return;
        hasLeft = true;
        await leaving.CancelAsync();
        following.Leave(follower);
        if (joining is null) files.Dispose();
        else await joining;
        leaving.Dispose();
        left();
    }

    async Task JoinAsync()
    {
        try
        {
            await following.JoinAsync(follower, files, last, leaving.Token);
        }
#pragma warning disable CA1031 // Whoever reads what it is told learns of it there.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            follower.LetGo(failed);
        }
    }
}
