// An async wrapper over System.Diagnostics.Process for any program: an argument list (never a shell), all three streams
// redirected, bytes instead of decoded text, killed and reaped in every case, the exit code as data.
// Its reader takes standard output; standard error is pumped beside it and kept up to a cap.

using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TinyGrepServer.Processes;

/// <summary>What to run.</summary>
internal sealed record ChildCommand
{
    /// <summary>UTF-8, whatever the server's own locale. Only this category: all of C.UTF-8 (LC_ALL) behaves the same, and has grep open eleven files more.</summary>
    public static readonly (string Name, string Value) Utf8 = ("LC_CTYPE", "C.UTF-8");

    /// <summary>The program's absolute path.</summary>
    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment of the child; nothing is inherited.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [Utf8];

    /// <summary>The most address space it may map, in bytes (RLIMIT_AS); null: no limit.</summary>
    public long? MemoryBytes { get; init; }
}

/// <summary>How a child ended.</summary>
/// <param name="Code">Its exit code, or 128 + the number of the signal that ended it.</param>
/// <param name="KilledByUs">True where <see cref="ChildProcess.Kill"/> was called before it ended.</param>
/// <param name="Errors">The beginning of its standard error.</param>
internal sealed record ChildExit(int Code, bool KilledByUs, ReadOnlyMemory<byte> Errors)
{
    const int Interrupt = 128 + 2;
    const int Termination = 128 + 15;

    /// <summary>It died of an INT or TERM that we did not send: somebody signalled the whole process group.</summary>
    public bool SignalledByOthers => !KilledByUs && Code is Interrupt or Termination;
}

/// <summary>A running child process.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    const int ErrorsKept = 8 << 10;
    const int TextFileBusy = 26; // ETXTBSY
    static readonly TimeSpan ReaderGrace = TimeSpan.FromMilliseconds(500);
    static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();

    /// <summary>
    /// With a controlling terminal, Ctrl-C goes to the whole foreground group: children then start in a session of their
    /// own. Elsewhere they start directly, because setsid costs a third of the spawn rate.
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
    /// Reads standard output; 0 when the child, and whoever inherited the pipe, has closed it, or when it was killed:
    /// a grandchild may hold the pipe for ever.
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

    /// <summary>Starts a program whose standard input is empty.</summary>
    /// <exception cref="Win32Exception">It cannot be started; the native error says why.</exception>
    public static async Task<ChildProcess> StartAsync(ChildCommand command, CancellationToken cancellationToken)
    {
        const int Attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Start(command);
            }
            catch (Win32Exception busy) when (busy.NativeErrorCode == TextFileBusy && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), cancellationToken); // a script that is still being written
            }
        }
    }

    /// <summary>Ends every child still running: for a process that is about to exit at once.</summary>
    public static void KillAll()
    {
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
            letGo.CancelAfter(ReaderGrace);
        }
        catch (ObjectDisposedException)
        {
            // It has been disposed of meanwhile.
        }
    }

    /// <summary>Waits for the child's end. A grandchild that holds the pipes open is waited for only a moment.</summary>
    public async Task<ChildExit> WaitAsync()
    {
        if (exit is not null) return exit;
        await process.WaitForExitAsync(CancellationToken.None);
        if (!errors.IsCompleted) letGo.CancelAfter(ReaderGrace);
        return exit = new ChildExit(process.ExitCode, killed, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (exit is null)
        {
            Kill();
            await WaitAsync();
        }
        Running.TryRemove(this, out _);
        process.StandardOutput.Dispose(); // Process leaves streams that were asked for to whoever asked
        process.StandardError.Dispose();
        process.Dispose();
        letGo.Dispose();
    }

    static ChildProcess Start(ChildCommand command)
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
        if (command.MemoryBytes is { } bytes) LimitMemory(process.Id, bytes);
        process.StandardInput.Close();
        var child = new ChildProcess(process);
        Running[child] = true;
        return child;
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
                else length = ErrorsKept / 2; // full: read on so that the child is not blocked, keep the beginning
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

    /// <summary>Sets RLIMIT_AS right after the start. A child that has ended already needs no limit, so failure means nothing.</summary>
    static void LimitMemory(int processId, long bytes)
    {
        const int AddressSpace = 9; // RLIMIT_AS
        var limit = new ResourceLimit((ulong)bytes, (ulong)bytes);
        _ = Native.SetLimit(processId, AddressSpace, limit, nint.Zero);
    }

    readonly record struct ResourceLimit(ulong Soft, ulong Hard);

    static class Native
    {
#pragma warning disable SYSLIB1054 // Blittable: the source generator would add nothing but unsafe code.
        [DllImport("libc", EntryPoint = "prlimit")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SetLimit(int processId, int resource, in ResourceLimit limit, nint old);
#pragma warning restore SYSLIB1054
    }
}
