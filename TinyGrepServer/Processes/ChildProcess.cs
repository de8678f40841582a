// An async wrapper over System.Diagnostics.Process for any program: an argument list (never a shell), all three streams
// redirected, bytes instead of decoded text, killed and reaped in every case, the exit code as data. The caller reads
// standard output; standard error is drained at the same time, so that neither pipe can block the child, and its beginning
// is kept. Quirks name the test that shows them.

using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace TinyGrepServer.Processes;

/// <summary>A running child process.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    const int ErrorsKept = 8 << 10;
    const int TextFileBusy = 26; // ETXTBSY
    static readonly TimeSpan PipeTimeout = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(1);
    static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();
    static volatile bool isEnding;
    static int starting; // forked, perhaps, and not among the running ones yet

    /// <summary>Renews what children may use (A_grep_whose_server_was_killed_ends_by_itself), and starts with the first of them.</summary>
    static readonly Timer Renewal = new(_ => RenewAll(), null, BetweenRenewals, BetweenRenewals);

    /// <summary>
    /// With a controlling terminal, Ctrl-C goes to the whole foreground process group: children then start in a session of
    /// their own (Ctrl_C_on_a_terminal_lets_the_running_grep_finish). Elsewhere they start directly, because setsid costs a
    /// third of the spawn rate.
    /// </summary>
    static readonly string? Setsid = HasTerminal() ? Executable.Find("setsid") : null;

    readonly Process process;
    readonly Stream output;
    readonly Task<ReadOnlyMemory<byte>> errors;
    readonly CancellationTokenSource letGo = new();
    ChildExit? exit;
    volatile bool killed;

    ChildProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.BaseStream;
        errors = PumpErrorsAsync(process.StandardError.BaseStream);
    }

    /// <summary>
    /// Reads standard output; 0 when the child, and whoever inherited the pipe, has closed it, or soon after a kill: a
    /// grandchild may hold the pipe for ever (A_grandchild_that_holds_the_pipes_is_waited_for_only_a_moment).
    /// </summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            return await output.ReadAsync(buffer, letGo.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Writes to the standard input of a child that takes one; false where it reads no more: it has ended, or has closed it.
    /// Somebody must read its output meanwhile, or both would wait for ever.
    /// </summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes, letGo.Token);
            return true;
        }
        catch (Exception closed) when (closed is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The child has been given all its standard input.</summary>
    public void CloseInput() => process.StandardInput.BaseStream.Dispose();

    /// <summary>Starts a program; its standard input is empty unless the command says that it is written.</summary>
    /// <exception cref="Win32Exception">It cannot be started; the native error says why.</exception>
    public static async Task<ChildProcess> StartAsync(ChildCommand command, CancellationToken cancellationToken)
    {
        const int Attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Start(command) ?? await NeverAsync();
            }
            catch (Win32Exception busy) when (busy.NativeErrorCode == TextFileBusy && attempt < Attempts)
            {
                // A_script_that_is_still_open_for_writing_is_started_once_it_is_closed; a child that was forked in that moment
                // keeps it open, too, until it has called exec.
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), cancellationToken);
            }
        }
    }

    /// <summary>
    /// Kills every child still running, and those that are just being started: for a process that is about to exit at once. Nobody learns
    /// of their ends any more, or clients would be told of them in its last moment
    /// (A_second_signal_ends_the_server_at_once_with_its_children).
    /// </summary>
    public static void KillAll()
    {
        isEnding = true;
        SpinWait.SpinUntil(static () => Volatile.Read(ref starting) == 0, StartTimeout);
        foreach (var child in Running.Keys) child.Kill();
    }

    /// <summary>Sends SIGKILL; does nothing where the child has ended.</summary>
    public void Kill()
    {
        if (exit is not null) return;
        killed = true;
        try
        {
            process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
        try
        {
            letGo.CancelAfter(PipeTimeout);
        }
        catch (ObjectDisposedException)
        {
            // It has been disposed of meanwhile.
        }
    }

    /// <summary>
    /// Waits for the child's end. Standard error has half a second more: a grandchild may hold the pipe for ever
    /// (A_grandchild_that_holds_the_pipes_is_waited_for_only_a_moment).
    /// </summary>
    public async Task<ChildExit> WaitAsync()
    {
        if (exit is not null) return exit;
        await process.WaitForExitAsync(CancellationToken.None);
        if (isEnding) await NeverAsync();
        if (!errors.IsCompleted) letGo.CancelAfter(PipeTimeout);
        return exit = new ChildExit(process.ExitCode, killed, await errors);
    }

    /// <summary>Kills what still runs and reaps it (A_child_whose_endless_output_nobody_reads_is_killed_and_reaped).</summary>
    public async ValueTask DisposeAsync()
    {
        if (exit is null)
        {
            Kill();
            await WaitAsync();
        }
        Running.TryRemove(this, out _);
        CloseInput();
        process.StandardOutput.Dispose(); // Process.Dispose leaves streams that were handed out to their reader
        process.StandardError.Dispose();
        process.Dispose();
        letGo.Dispose();
    }

    /// <summary>What waits when the process is about to exit: KillAll wants nobody told of anything any more.</summary>
    static async Task<ChildProcess> NeverAsync()
    {
        await Task.Delay(Timeout.InfiniteTimeSpan);
        throw new UnreachableException();
    }

    /// <returns>Null where the process is about to exit.</returns>
    static ChildProcess? Start(ChildCommand command)
    {
        Interlocked.Increment(ref starting);
        try
        {
            return isEnding ? null : StartNow(command);
        }
        finally
        {
            Interlocked.Decrement(ref starting);
        }
    }

    static ChildProcess StartNow(ChildCommand command)
    {
        var start = new ProcessStartInfo
        {
            FileName = Setsid ?? command.Program,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Setsid is not null) start.ArgumentList.Add(command.Program);
        foreach (var argument in command.Arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("Process.Start gave no process.");
        if (command.MemoryBytes is { } bytes) ResourceLimits.LimitMemory(process.Id, bytes);
        ResourceLimits.RenewProcessorTime(process.Id);
        if (!command.TakesInput) process.StandardInput.Close();
        var child = new ChildProcess(process);
        Running[child] = true;
        GC.KeepAlive(Renewal);
        return child;
    }

    static void RenewAll()
    {
        foreach (var child in Running.Keys) child.Renew();
    }

    void Renew()
    {
        try
        {
            if (!process.HasExited) ResourceLimits.RenewProcessorTime(process.Id);
        }
        catch (InvalidOperationException)
        {
            // It has been disposed of meanwhile.
        }
    }

    async Task<ReadOnlyMemory<byte>> PumpErrorsAsync(Stream stream)
    {
        var kept = new byte[512];
        var length = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(kept.AsMemory(length), letGo.Token);
                if (read == 0) break;
                length += read;
                if (length < kept.Length) continue;
                if (kept.Length < ErrorsKept) Array.Resize(ref kept, kept.Length * 4);
                else length = ErrorsKept / 2; // full: A_megabyte_of_standard_error_is_drained_and_its_beginning_kept
            }
        }
        catch (OperationCanceledException)
        {
            // The child has ended; what holds its pipe is not our child.
        }
        return kept.AsMemory(0, length);
    }

    static bool HasTerminal()
    {
        try
        {
            using var terminal = File.OpenHandle("/dev/tty", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return true;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
