// What the runtime needs descriptors for, taken while there are some. It opens a pipe for each new thread and ends the process
// ("Out of memory.") where that fails; an assembly that cannot be opened it never tries again, and what needs it fails until the
// process ends. So a server that has run out of descriptors must need nothing new.

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;

namespace TinyGrepServer;

internal static class RuntimeReserve
{
    /// <summary>
    /// Each loaded assembly keeps two descriptors, all of them some 250: with fewer allowed than this, only those below are loaded.
    /// </summary>
    const int RoomForAll = 512;

    /// <summary>Of the pool.</summary>
    static readonly int Threads = Math.Max(16, 2 * Environment.ProcessorCount);

    static readonly TimeSpan MeetingTimeout = TimeSpan.FromSeconds(2);

    /// <summary>What the first search or the first refusal would load; the facades among them have no type to name them by.</summary>
    static readonly string[] NeededBySearch =
    [
        "System.Collections.Immutable", "System.Collections.Specialized", "System.Diagnostics.Process", "System.IO.Compression",
        "System.IO.Compression.Brotli", "System.IO.Pipelines", "System.IO.Pipes", "System.Net.Requests",
        "System.Net.WebHeaderCollection", "System.Numerics.Vectors", "System.Reflection.Emit.Lightweight",
        "System.Reflection.Primitives", "System.Text.Encoding.Extensions", "System.Text.Encodings.Web",
        "System.Threading.Tasks.Parallel",
    ];

    static readonly Lazy<Task> Filled = new(() => Task.Run(Fill));

    /// <summary>
    /// Caps the pool at the threads it starts with; left alone, it adds one whenever all are busy. None of them waits for work
    /// that has not been begun, so the cap cannot deadlock the pool. A program that embeds the server decides this for itself.
    /// </summary>
    public static void AllowNoMoreThreads()
    {
        ThreadPool.GetMaxThreads(out _, out var ports);
        ThreadPool.SetMaxThreads(Threads, ports);
    }

    /// <summary>
    /// Starts the pool's threads and loads what can be needed, once a process: about 30 ms, beside what the caller does.
    /// </summary>
    public static Task FillAsync() => Filled.Value;

    static void Fill()
    {
        if (!IsNative) LoadAssemblies(); // a native program has them all in it
        SHA256.HashData([]); // opens OpenSSL
        StartThreads();
    }

    /// <summary>
    /// Whether there are no assemblies to load: a runtime is told by its host where they are. (What RuntimeFeature says of dynamic code
    /// is a setting, off in a script that could be published as a native program, too.)
    /// </summary>
    static bool IsNative => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What trimming has removed, nothing can need later.")]
    static void LoadAssemblies()
    {
        if (Server.ProcessLimits.OpenFiles >= RoomForAll) LoadReferences(typeof(RuntimeReserve).Assembly, []);
        else foreach (var name in NeededBySearch) Assembly.Load(name);
    }

    [RequiresUnreferencedCode("References may have been removed.")]
    static void LoadReferences(Assembly assembly, HashSet<string> loaded)
    {
        foreach (var name in assembly.GetReferencedAssemblies())
        {
            if (loaded.Add(name.FullName)) LoadReferences(Assembly.Load(name), loaded);
        }
    }

    /// <summary>
    /// Has that many pool threads meet, so that all of them exist. The project file tells the pool to keep them (ThreadTimeoutMs); for
    /// those who embed the server the package does.
    /// </summary>
    static void StartThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Threads), ports);
        var meeting = new Barrier(Threads); // not disposed: some still leave it while others have gone on
        for (var thread = 1; thread < Threads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static meeting => meeting.SignalAndWait(MeetingTimeout), meeting, preferLocal: false);
        }
        meeting.SignalAndWait(MeetingTimeout);
    }
}
