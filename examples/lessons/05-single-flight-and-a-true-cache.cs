// 05 · Single flight, and a cache that cannot lie
// A hundred people ask the same question at once, and a hundred searches find the same answer. A cache ends that, until the file
// changes and nobody tells it: its time and length can be what they were before (rsync -t sees to that).
// In TinyGrepServer: `Search/Sharing/SharedSearches.cs`, `Search/Sharing/AnswerCache.cs`, `Search/Folder/Linux/FileVersion.cs`,
// held by `SharedSearchesSpecs.Askers_of_the_same_question_share_one_grep`
// and `CacheTruthSpecs.A_rewrite_of_the_same_length_with_its_time_put_back_is_seen`.
// Exercise: an asker leaves. The search must go on for the others, and be cancelled with the last of them. Count the askers.

const int Askers = 100, Rewrites = 20;
var running = new Dictionary<string, Task<string>>();
Console.WriteLine($"Naive, each for itself: {await TogetherAsync((_, search) => search())} searches for {Askers} askers.");
Console.WriteLine($"Better, single flight: {await TogetherAsync(AskAsync)} search for {Askers} askers.");
Console.WriteLine($"Naive, kept under time and length: {Try(ByTime)}");
Console.WriteLine($"Better, kept under what only the kernel sets: {Try(ByChange)}");
Console.WriteLine("Gained: nothing must be told to forget. A changed file has another key, and its old answer is not found.");

// Nobody's search ends before everybody has asked: a hundred at the same moment, on any machine.
async Task<int> TogetherAsync(Func<string, Func<Task<string>>, Task<string>> ask)
{
    var (searches, allHaveAsked) = (0, new TaskCompletionSource());
    var answers = Enumerable.Range(0, Askers).Select(_ => ask("cats?", async () =>
    {
        Interlocked.Increment(ref searches);
        await allHaveAsked.Task;
        return "three cats";
    })).ToList();
    allHaveAsked.SetResult();
    await Task.WhenAll(answers);
    return searches;
}

Task<string> AskAsync(string question, Func<Task<string>> search)
{
    lock (running) return running.TryGetValue(question, out var shared) ? shared : (running[question] = RunAsync());
    async Task<string> RunAsync()
    {
        await Task.Yield(); // so that it stands in the table before it can take itself out
        try { return await search(); } finally { lock (running) running.Remove(question); }
    }
}

string Try(Func<string, (string Text, bool IsSettled)> keyOf)
{
    var (kept, reads, lies, file) = (new Dictionary<string, string>(), 0, 0, Path.GetTempFileName());
    for (var i = 0; i < Rewrites; i++)
    {
        File.WriteAllText(file, $"{i:00} cats");
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1)); // as rsync -t and cp -p do
        if (Read(file) != $"{i:00} cats") lies++;
    }
    File.Delete(file);
    var before = reads;
    for (var i = 0; i < Askers; i++) Read("/etc/passwd"); // a file that nobody has touched for a while
    return $"{lies} of {Rewrites} answers were not in the file; {Askers} from a file at rest took {reads - before} reading.";

    string Read(string path)
    {
        var key = keyOf(path); // before the text: what changes from here on will have another key
        if (kept.TryGetValue(key.Text, out var text)) return text;
        (reads, text) = (reads + 1, File.ReadAllText(path));
        if (key.IsSettled) kept[key.Text] = text;
        return text;
    }
}

static (string, bool) ByTime(string file) => ($"{file} {File.GetLastWriteTimeUtc(file):O} {new FileInfo(file).Length}", true);

// No program can set a file's change time (ctime). But clocks tick coarser than writes: what changed within the last two seconds
// may change again and look the same, so it is not kept at all. C# shows neither inode nor change time; statx(2) does.
static (string, bool) ByChange(string file)
{
    var status = new byte[256];
    if (statx(-100, file, 0, 0x7ff, status) != 0) throw new FileNotFoundException(file);
    var changed = DateTimeOffset.FromUnixTimeSeconds(BitConverter.ToInt64(status, 96));
    var key = $"{Convert.ToHexString(status, 32, 16)} {Convert.ToHexString(status, 96, 12)}";
    return (key, DateTimeOffset.UtcNow - changed > TimeSpan.FromSeconds(2));
}

[System.Runtime.InteropServices.DllImport("libc")]
static extern int statx(int folder, string path, int flags, uint mask, byte[] status);
