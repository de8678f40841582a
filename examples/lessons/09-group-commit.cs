// 09 · One fsync for many
// "Stored" must mean stored, after the power has failed, too. Only fsync gives that, and a disk does some hundred to some thousand
// of them a second. With one for each write, that is all the clients a server can have.
// In TinyGrepServer: `Storage/GroupCommit.cs`,
// held by `GroupCommitSpecs.Many_writes_share_a_commit` and `GroupCommitSpecs.A_write_that_fails_takes_no_other_with_it`.
// Exercise: one write of a group throws. The others must not notice, and its own client must. (In SQL: a savepoint a write.)

using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

const int Writes = 256, MaxGroup = 64;
var fsyncs = 0;

var naive = await TryAsync(EachItsOwn, Writes);
Console.WriteLine($"Naive, each its own:  {naive.Fsyncs} fsyncs for {Writes} writes ({naive.Time:0} ms on this disk).");
var better = await TryAsync(InGroups, Writes);
Console.WriteLine($"Better, in groups:    {better.Fsyncs} fsyncs for {Writes} writes ({better.Time:0} ms on this disk).");
Console.WriteLine($"Better, one alone:    {(await TryAsync(InGroups, 1)).Fsyncs} fsync for 1 write, which waits for no company.");
Console.WriteLine($"Gained: {naive.Fsyncs / better.Fsyncs} writes for the price of one, and nobody is told before it is on the disk.");

Func<byte[], Task> EachItsOwn(FileStream file, Task everybodyIsHere)
{
    var oneAtATime = new SemaphoreSlim(1);
    return async line =>
    {
        await oneAtATime.WaitAsync();
        file.Write(line);
        Sync(file);
        oneAtATime.Release();
    };
}

// While one group waits for the disk, the next one gathers. No timer: what is there goes, be it one write or sixty-four.
Func<byte[], Task> InGroups(FileStream file, Task everybodyIsHere)
{
    var waiting = Channel.CreateUnbounded<(byte[] Line, TaskCompletionSource Stored)>();
    _ = CommitAsync();
    return line =>
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Writer.TryWrite((line, stored));
        return stored.Task;
    };

    async Task CommitAsync()
    {
        await everybodyIsHere; // for the sake of the count: it is the same on a fast disk and on a slow one
        while (await waiting.Reader.WaitToReadAsync())
        {
            List<TaskCompletionSource> group = [];
            while (group.Count < MaxGroup && waiting.Reader.TryRead(out var write))
            {
                file.Write(write.Line);
                group.Add(write.Stored);
            }
            Sync(file);
            group.ForEach(stored => stored.SetResult()); // not a moment earlier
        }
    }
}

void Sync(FileStream file)
{
    file.Flush(flushToDisk: true); // fsync(2)
    fsyncs++;
}

async Task<(int Fsyncs, double Time)> TryAsync(Func<FileStream, Task, Func<byte[], Task>> open, int writes)
{
    var (path, everybodyIsHere, watch) = (Path.GetTempFileName(), new TaskCompletionSource(), Stopwatch.StartNew());
    fsyncs = 0;
    using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 4096, FileOptions.DeleteOnClose);
    var write = open(file, everybodyIsHere.Task);
    var stored = Enumerable.Range(0, writes).Select(i => write(Encoding.ASCII.GetBytes($"line {i}\n"))).ToList();
    everybodyIsHere.SetResult();
    await Task.WhenAll(stored);
    return (fsyncs, watch.Elapsed.TotalMilliseconds);
}
