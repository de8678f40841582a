// How a child ended, as data: an exit code is not an exception, because only the caller knows which codes are failures
// (1 from grep means "no match"). It also distinguishes our own kill from a signal sent to the whole process group.

namespace TinyGrepServer.Processes;

/// <summary>How a child ended.</summary>
/// <param name="Code">Its exit code, or 128 + the number of the signal that ended it.</param>
/// <param name="KilledByUs">True where <see cref="ChildProcess.Kill"/> was called before it ended.</param>
/// <param name="Errors">The beginning of its standard error.</param>
internal sealed record ChildExit(int Code, bool KilledByUs, ReadOnlyMemory<byte> Errors)
{
    const int Hangup = 128 + 1;
    const int Interrupt = 128 + 2;
    const int Termination = 128 + 15;
    const int ProcessorTimeUp = 128 + 24;

    /// <summary>
    /// It died of a signal that we did not send: somebody signalled the whole process group
    /// (A_signal_to_the_whole_process_group_costs_no_answer), or this process stood still for so long that it renewed no lease.
    /// </summary>
    public bool SignalledByOthers => !KilledByUs && Code is Hangup or Interrupt or Termination or ProcessorTimeUp;
}
