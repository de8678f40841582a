// SIGINT, SIGQUIT and SIGTERM ask for the stop; a second one ends the process at once. Registered first thing in Main:
// .NET has no graceful answer to SIGTERM of its own. The handlers run on a thread of their own and only set a flag.

using System.Runtime.InteropServices;

namespace TinyGrepServer;

/// <summary>Waits for the first signal that asks the process to stop.</summary>
internal sealed class StopSignal : IDisposable
{
    const int Interrupted = 130;
    const int Terminated = 143;

    readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly PosixSignalRegistration termination;
    readonly Action beforeForcedExit;
    int signals;

    /// <param name="beforeForcedExit">Run when a second signal ends the process: the last chance to end child processes.</param>
    public StopSignal(Action beforeForcedExit)
    {
        this.beforeForcedExit = beforeForcedExit;
        termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerminate);
        Console.CancelKeyPress += OnCancelKey;
    }

    /// <summary>Completes with the first signal.</summary>
    public Task AskedAsync => first.Task;

    /// <summary>The exit code of a second signal; null before it.</summary>
    public int? ForcedExitCode { get; private set; }

    public void Dispose()
    {
        termination.Dispose();
        Console.CancelKeyPress -= OnCancelKey;
    }

    void OnTerminate(PosixSignalContext context)
    {
        context.Cancel = true;
        Ask(Terminated);
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
}
