// A folder that somebody swaps for a link, again and again, while it is asked: nothing from outside is ever given away, neither in a
// file nor in a window nor in an answer, by either engine, watched or not.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SwappedFolderSpecs
{
    const string Inside = "inside needle";
    const string Outside = "outside needle";

    [TestMethod, Timeout(120_000)]
    [DataRow("grep", "off"), DataRow("grep", "auto"), DataRow("auto", "off"), DataRow("auto", "auto")]
    public async Task Nothing_outside_is_given_away_while_a_folder_is_swapped_for_a_link(string engine, string watch)
    {
        using var outside = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        outside.Write("a.txt", Lines(Outside));
        folder.Write("sub/a.txt", Lines(Inside));
        folder.Write("plain.txt", "nothing\n");
        File.CreateSymbolicLink(Path.Join(folder.Path, "link"), outside.Path);
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine, "--watch", watch);
        using var swap = new Swap(Path.Join(folder.Path, "sub"), Path.Join(folder.Path, "link"));

        var (seen, clock) = (0, Stopwatch.StartNew());
        for (var round = 0; round < 100 || (round < 300 && clock.Elapsed < TimeSpan.FromSeconds(5)); round++)
        {
            string[] urls =
            [
                "/api/v1/search?q=nee.le&dictionary=sub/a.txt",
                $"/api/v1/search?q=needle&limit={round + 1}&dictionary=**/a.txt",
                "/api/v1/search?q=needle&dictionary=link/a.txt",
                "/api/v1/lines/sub/a.txt?from=1",
                "/api/v1/dictionaries/sub/a.txt",
            ];
            foreach (var reply in await Task.WhenAll(urls.Select(url => server.Http.GetAsync(url))))
            {
                var body = await reply.Content.ReadAsStringAsync();
                Assert.DoesNotContain(Outside, body);
                if (body.Contains(Inside, StringComparison.Ordinal)) seen++;
            }
        }

        Assert.IsGreaterThan(1_000, swap.Times);
        Assert.IsGreaterThan(0, seen, "what is inside was seen now and then");
    }

    static string Lines(string line) => string.Concat(Enumerable.Repeat($"{line}\n", 200));

    /// <summary>Swaps two names as fast as it can, until it is disposed.</summary>
    sealed class Swap : IDisposable
    {
        readonly Thread thread;
        volatile bool ended;
        int times;

        public Swap(string one, string other)
        {
            thread = new Thread(() =>
            {
                while (!ended)
                {
                    if (RenameAt2(CurrentFolder, one, CurrentFolder, other, Exchange) != 0) throw new IOException("renameat2 failed.");
                    Interlocked.Increment(ref times);
                }
            });
            thread.Start();
        }

        public int Times => Volatile.Read(ref times);

        public void Dispose()
        {
            ended = true;
            thread.Join();
        }

        const int CurrentFolder = -100; // AT_FDCWD
        const uint Exchange = 2;        // RENAME_EXCHANGE

        [DllImport("libc", EntryPoint = "renameat2", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        static extern int RenameAt2(int oldFolder, string oldName, int newFolder, string newName, uint flags);
    }
}
