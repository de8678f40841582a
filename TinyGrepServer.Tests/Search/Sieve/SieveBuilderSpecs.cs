// The builder works beside the searches: what it says of a file must be true of the version that was listed, or it says nothing.

using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SieveBuilderSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly Meter meter = new("test");
    readonly CapturedLog log = new();
    readonly FakeTime time = new() { Now = DateTimeOffset.UtcNow.AddHours(1) }; // all that a test writes is long settled
    readonly Sieve sieve = new(16 << 20);
    readonly List<SieveBuilder> builders = [];

    [TestMethod, Timeout(60_000)]
    public async Task Files_get_facts_and_blocks()
    {
        DictionaryFile[] files = [Write("a.txt", "one sought thing\n"), Write("b.txt", "another\r\nthing"), Write("c.bin", "a\0b")];

        await BuildAsync(files);

        Assert.AreEqual((1L, 2L, TextForm.Binary), (files[0].Facts!.Lines, files[1].Facts!.Lines, files[2].Facts!.Form));
        Assert.AreEqual("a.txt c.bin", Candidates(files, "sought"));
        Assert.IsGreaterThan(0, sieve.Bytes);
        StringAssert.Contains(log.Lines[^1].Text, "Read 3 files, 0 MB", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Blocks_of_files_that_have_gone_are_taken_out()
    {
        var (kept, gone) = (Write("kept", Lines(100)), Write("gone", Lines(100_000)));
        var builder = await BuildAsync([kept, gone]);
        var before = sieve.Bytes;

        DictionaryFile[] left = [kept];
        await RefreshAsync(builder, left);
        await ComesAsync(() => sieve.Bytes < before / 5, "the memory came back");

        Assert.IsTrue(gone.Facts!.IsWithdrawn);
        Assert.AreEqual("", Candidates(left, "not there"));
        Assert.AreEqual("gone", Candidates([gone], "not there")); // a question that was asked of the list before
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_changed_file_is_read_again_and_a_file_that_stayed_is_not()
    {
        var (stays, changes) = (Write("stays", "this\n"), Write("changes", "that\n"));
        var builder = await BuildAsync([stays, changes]);
        var facts = stays.Facts;

        var changed = Write("changes", "this, too\n");
        await RefreshAsync(builder, [stays, changed]);

        Assert.AreSame(facts, stays.Facts);
        Assert.AreEqual("changes", Candidates([stays, changed], "this, too"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_changed_since_it_was_listed_gets_no_facts()
    {
        var listed = Write("a.txt", "as it was\n");
        Write("a.txt", "as it is now\n");

        var builder = Builder();
        builder.Refresh([listed, Write("b.txt", "read\n")]);
        await Wait.UntilAsync(() => log.Lines.Count > 0, "all has been looked at");

        Assert.IsNull(listed.Facts);
        Assert.AreEqual("a.txt", Candidates([listed], "not there"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_changes_while_it_is_read_gets_no_facts()
    {
        var listed = Write("a.txt", Lines(10));
        var builder = Builder((handle, _) => new ReadInTheMidst(handle, () => File.AppendAllText(listed.Path, "one more\n")));

        builder.Refresh([listed]);
        await Wait.UntilAsync(() => log.Lines.Count > 0, "it has been read");

        Assert.IsNull(listed.Facts);
        Assert.IsLessThan(2_000, sieve.Bytes);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_full_sieve_reads_no_further_and_says_so()
    {
        var words = Encoding.ASCII.GetString(new SieveBlocks(1).Words(2_000));
        DictionaryFile[] files = [.. Enumerable.Range(0, 40).Select(index => Write($"{index}", words))];
        var small = new Sieve(32 << 10);

        var builder = Builder(sieve: small);
        builder.Refresh(files);
        await Wait.UntilAsync(() => log.Lines.Any(line => line.Level == LogLevel.Warning), "it is full");
        await Wait.UntilAsync(() => builder.Waiting == 0, "it has stopped");

        Assert.IsTrue(files.Any(file => file.Facts is null));
        Assert.IsLessThanOrEqualTo(32 << 10, small.Bytes);
    }

    [TestMethod]
    public void Without_room_for_a_sieve_nothing_is_read()
    {
        var file = Write("a.txt", "text\n");
        var opened = 0;
        var builder = Builder((handle, _) => new FileBytes(handle, ++opened), new Sieve(0));

        builder.Refresh([file]);

        Assert.AreEqual((0, 0), (builder.Waiting, opened));
    }

    public void Dispose()
    {
        builders.ForEach(builder => builder.Dispose());
        meter.Dispose();
        folder.Dispose();
    }

    SieveBuilder Builder(Func<SafeFileHandle, TextForm, TextSource>? open = null, Sieve? sieve = null)
    {
        builders.Add(new SieveBuilder(sieve ?? this.sieve, meter, log, time, open));
        return builders[^1];
    }

    async Task<SieveBuilder> BuildAsync(DictionaryFile[] files)
    {
        var builder = Builder();
        builder.Refresh(files);
        await Wait.UntilAsync(() => builder.Waiting == 0 && files.All(file => file.Facts is not null), "all files have been read");
        return builder;
    }

    async Task RefreshAsync(SieveBuilder builder, DictionaryFile[] files)
    {
        builder.Refresh(files);
        await ComesAsync(() => builder.Waiting == 0 && files.All(file => file.Facts is not null), "all files have been read");
    }

    /// <summary>Waits while the clock goes on: plans follow each other a little later.</summary>
    Task ComesAsync(Func<bool> holds, string what) => Wait.UntilAsync(
        () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            return holds();
        },
        what);

    string Candidates(DictionaryFile[] files, string literal) => string.Join(
        ' ', TinyGrepServer.Search.Candidates.Of(files, 0, sieve.Ask(SieveBlocks.Literal(literal)), false).Select(one => one.File.Name));

    DictionaryFile Write(string name, string text)
    {
        var path = folder.Write(name, text);
        return Dictionaries.File(name, path, FileVersion.OfRegularFile(path)!.Value);
    }

    static string Lines(int count)
    {
        var text = new StringBuilder();
        for (var line = 0; line < count; line++) text.Append(null, $"line {line} of {count * 7}\n");
        return text.ToString();
    }

    /// <summary>A text in which something happens between its bytes and its end.</summary>
    sealed class ReadInTheMidst(SafeFileHandle file, Action happens) : TextSource
    {
        readonly FileBytes text = new(file, 0);

        public override void Dispose() => text.Dispose();

        protected override int ReadNext(Span<byte> buffer)
        {
            var read = text.Read(buffer);
            if (read > 0) happens();
            return read;
        }
    }
}
