// The output of a grep that runs ahead of its turn: up to 1 MiB of it is buffered in memory, so that grep can continue; then the pipe
// fills, and grep waits.

using System.Buffers;
using System.Threading.Channels;
using TinyGrepServer.Processes;

namespace TinyGrepServer.Search;

internal sealed class OutputAhead : IAsyncDisposable
{
    const int PieceSize = 64 << 10;
    const int Pieces = 16;

    readonly Channel<ArraySegment<byte>> pieces = Channel.CreateBounded<ArraySegment<byte>>(
        new BoundedChannelOptions(Pieces) { SingleReader = true, SingleWriter = true });

    readonly Task pumping;
    ArraySegment<byte> current;
    int used;

    /// <param name="starting">The grep; null once it is certain that none is needed.</param>
    public OutputAhead(Task<ChildProcess?> starting) => pumping = PumpAsync(starting);

    /// <summary>Reads on; 0: the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        if (used == current.Count)
        {
            GiveBack(current);
            (current, used) = (default, 0);
            if (!await pieces.Reader.WaitToReadAsync() || !pieces.Reader.TryRead(out current)) return 0;
        }
        var length = Math.Min(buffer.Length, current.Count - used);
        current.AsMemory(used, length).CopyTo(buffer);
        used += length;
        return length;
    }

    /// <summary>Call it once the grep has been killed, or has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        pieces.Writer.TryComplete();
        await pumping;
        GiveBack(current);
        current = default;
        while (pieces.Reader.TryRead(out var piece)) GiveBack(piece);
    }

    async Task PumpAsync(Task<ChildProcess?> starting)
    {
        Exception? failure = null;
        try
        {
            if (await starting is { } child) await PumpAsync(child);
        }
        catch (Exception failed) when (failed is not ChannelClosedException)
        {
            failure = failed; // told to whoever reads
        }
        catch (ChannelClosedException)
        {
            // Nobody wants it any more.
        }
        pieces.Writer.TryComplete(failure);
    }

    async Task PumpAsync(ChildProcess child)
    {
        while (true)
        {
            var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
            var length = 0;
            try
            {
                length = await child.ReadAsync(piece);
                if (length == 0) return;
                await pieces.Writer.WriteAsync(new ArraySegment<byte>(piece, 0, length));
            }
            catch
            {
                length = 0;
                throw;
            }
            finally
            {
                if (length == 0) ArrayPool<byte>.Shared.Return(piece);
            }
        }
    }

    static void GiveBack(ArraySegment<byte> piece)
    {
        if (piece.Array is { } bytes) ArrayPool<byte>.Shared.Return(bytes);
    }
}
