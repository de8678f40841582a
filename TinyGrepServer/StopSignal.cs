// SIGINT, SIGQUIT, SIGTERM and SIGHUP ask for the stop; a second one ends the process at once. Registered in Main as soon as the
// limits are checked, because .NET does not shut down gracefully on SIGTERM by itself. The handlers run on a thread of their own and
// only set a flag. A SIGHUP that was ignored when the process began, as nohup(1) has it, stays ignored: the server outlives the log-in.

using System.Globalization;
using System.Runtime.InteropServices;

namespace TinyGrepServer;

/// <summary>Waits for the first signal that asks the process to stop.</summary>
internal sealed class StopSignal : IDisposable
{
    const int HangUp = 1; // SIGHUP
    const int HungUp = 129;
    const int Interrupted = 130;
    const int Terminated = 143;

    readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly PosixSignalRegistration termination;
    readonly PosixSignalRegistration? hangUp;
    readonly Action beforeForcedExit;
    int signals;

    /// <param name="beforeForcedExit">Run when a second signal ends the process: the last chance to end child processes.</param>
    public StopSignal(Action beforeForcedExit)
    {
        this.beforeForcedExit = beforeForcedExit;
        termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Ask(context, Terminated));
        if (!IsIgnored(HangUp)) hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Ask(context, HungUp));
        Console.CancelKeyPress += OnCancelKey;
    }

    /// <summary>Completes with the first signal.</summary>
    public Task AskedAsync => first.Task;

    /// <summary>The exit code of a second signal; null before it.</summary>
    public int? ForcedExitCode { get; private set; }

    public void Dispose()
    {
        termination.Dispose();
        hangUp?.Dispose();
        Console.CancelKeyPress -= OnCancelKey;
    }

    void Ask(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        Ask(exitCode);
    }

    void OnCancelKey(object? sender, ConsoleCancelEventArgs pressed)
    {
        pressed.Cancel = true;
        Ask(Interrupted);
    }

    void Ask(int exitCode)
    {
        if (Interlocked.Increment(ref signals) > 1)
        {
            ForcedExitCode = exitCode; // ending the children may let the drain finish and Main return first
            beforeForcedExit();
            Environment.Exit(exitCode);
        }
        first.TrySetResult();
    }

    /// <summary>Whether this process ignores a signal: the mask that proc(5) calls SigIgn.</summary>
    static bool IsIgnored(int signal)
    {
        const string Start = "SigIgn:";
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Start, StringComparison.Ordinal));
        var mask = ulong.Parse(line.AsSpan(Start.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask & (1UL << (signal - 1))) != 0;
    }
}
