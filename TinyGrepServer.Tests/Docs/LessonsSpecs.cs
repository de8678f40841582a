// The lessons keep their word: each is short, stands alone, says where its idea lives, and prints what goes wrong the naive way and
// what the better way gains, as counts that are the same on any machine.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class LessonsSpecs
{
    static readonly string[] Numbers = [.. Enumerable.Range(1, 12).Select(number => $"{number:00}")];

    public static IEnumerable<object[]> Files => Lessons.Files.Select(file => new object[] { file });

    [TestMethod]
    public void There_are_twelve_in_one_order() =>
        CollectionAssert.AreEqual(Numbers, Lessons.Files.Select(file => file[..2]).ToArray());

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void It_is_short_stands_alone_and_says_where_its_idea_lives(string file)
    {
        var text = Lessons.Read(file);
        var head = string.Join('\n', text.Split('\n').TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)));

        var lines = text.Split('\n').Length - 1;
        Assert.IsTrue(lines is >= 10 and <= 80, $"{lines} lines");
        Assert.IsFalse(text.Contains("\n#", StringComparison.Ordinal), "needs a project or a package");
        StringAssert.StartsWith(head, $"// {file[..2]} · ", StringComparison.Ordinal);
        StringAssert.Contains(head, "\n// In TinyGrepServer: `", StringComparison.Ordinal);
        StringAssert.Contains(head, "\n// Exercise: ", StringComparison.Ordinal);
        Assert.AreEqual("", string.Join("\n", InsideDocs.RowsWithoutProof($"| {head.Replace('\n', ' ')}", andFile: true)));
        Assert.AreEqual("", string.Join("\n", InsideDocs.MissingFiles(head).Concat(InsideDocs.MissingTests(head))));
    }

    [TestMethod, Timeout(60_000)]
    [DynamicData(nameof(Files))]
    public async Task It_shows_the_naive_way_the_better_way_and_the_gain_and_ends_by_itself(string file)
    {
        var said = await Lessons.RunAsync(file[..2]);

        StringAssert.Contains(said.Text, "Naive, ", StringComparison.Ordinal);
        StringAssert.Contains(said.Text, "\nBetter, ", StringComparison.Ordinal);
        StringAssert.Contains(said.Text, "\nGained: ", StringComparison.Ordinal);
        Assert.IsLessThan(TimeSpan.FromSeconds(10), said.Took);
    }

    [TestMethod, Timeout(60_000)]
    [DynamicData(nameof(Files))]
    public async Task It_prints_what_the_book_shows(string file)
    {
        var command = Document.All.Where(document => document.Path.StartsWith("docs/inside/", StringComparison.Ordinal))
            .SelectMany(document => document.Commands)
            .Single(command => command.Typed == $"dotnet run examples/lessons/{file}");

        var said = await Lessons.RunAsync(file[..2]);

        Document.AssertShown(command, said.Text.TrimEnd('\n'), "");
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void It_is_in_the_index(string file) =>
        CollectionAssert.Contains(Document.Of("docs/inside/index.md").Links.ToList(), $"../../examples/lessons/{file}");

    /// <summary>As a reader would; the others are compiled here, all at once.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task The_first_one_runs_as_its_reader_runs_it()
    {
        var path = Path.Join("examples", "lessons", Lessons.Files[0]);

        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Start("dotnet", "run", path));

        Assert.AreEqual(0, exitCode, output + errors);
        Assert.AreEqual((await Lessons.RunAsync("01")).Text, output);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_01_a_loop_that_catches_answers_whoever_is_polite()
    {
        var said = await Lessons.RunAsync("01");

        Assert.AreEqual((1, 4), (said["Naive, no loop"][0], said["Naive, no loop"][1]));
        Assert.AreEqual(2, said["Naive, a loop"][0]);
        Assert.AreEqual(4, said["Better, catch and log"][0]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_02_tasks_serve_the_quick_behind_the_slow_without_a_thread_for_each()
    {
        var said = await Lessons.RunAsync("02");

        var (threads, tasks) = (said["Naive, a thread per client"], said["Better, a task per client"]);
        Assert.AreEqual(0, said["Naive, one at a time"][0]);
        Assert.AreEqual((20, 20), (threads[0], tasks[0]));
        Assert.IsGreaterThanOrEqualTo(5 * tasks[^1], threads[^1], "threads");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_03_the_table_and_the_right_order_keep_every_promise()
    {
        var said = await Lessons.RunAsync("03");

        Assert.AreEqual(0, said["Naive, ifs"][0]);
        Assert.AreEqual(3, said["Naive, layers in another order"][0]);
        Assert.AreEqual(4, said["Better, table and onion"][0]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_04_a_child_that_is_read_ends_and_a_term_stays_a_term()
    {
        var said = await Lessons.RunAsync("04");

        var (stuck, read) = (said["Naive, wait, then read"], said["Better, read meanwhile"]);
        Assert.IsLessThan(stuck[1] / 2, stuck[0], "the pipe");
        Assert.AreEqual(read[1], read[0]);
        Assert.AreEqual((4, 7), (said["Naive, for the shell"][0], said["Naive, for the shell"][1]));
        Assert.AreEqual(7, said["Better, as arguments"][0]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_05_one_search_for_all_and_no_answer_that_was_not_there()
    {
        var said = await Lessons.RunAsync("05");

        var (lying, honest) = (said["Naive, kept under time and length"], said["Better, kept under what only the kernel sets"]);
        Assert.AreEqual((100, 1), (said["Naive, each for itself"][0], said["Better, single flight"][0]));
        Assert.AreEqual((19, 20), (lying[0], lying[1]));
        Assert.AreEqual((0, 100, 1), (honest[0], honest[2], honest[3]), "lies, answers, readings");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_06_a_reader_who_does_not_read_stops_the_producer()
    {
        var said = await Lessons.RunAsync("06");

        var (naive, better) = (said["Naive, collect and send"], said["Better, piece by piece"]);
        Assert.IsGreaterThanOrEqualTo(10 * better[0], naive[0], "made");
        Assert.IsGreaterThanOrEqualTo(100 * better[1], naive[1], "held");
        Assert.AreEqual((64, 64), (naive[2], better[2]), "nothing is lost");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_07_who_came_in_time_is_answered_and_the_stop_ends()
    {
        var said = (await Lessons.RunAsync("07")).Text;

        AssertLine("Naive, end at once:     8 x no answer; the late one: no answer; exit code 143.");
        AssertLine("Better, drain, refuse:  8 x 200 OK; the late one: 503 Retry-After: 1; exit code 0.");
        AssertLine("Better, force the last: 7 x 200 OK, 1 x 503 Stopping; the late one: 503 Retry-After: 1; exit code 1.");

        void AssertLine(string line) => CollectionAssert.Contains(said.Split('\n'), line, said);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_08_memory_follows_what_has_arrived_and_the_rest_is_refused()
    {
        var said = await Lessons.RunAsync("08");

        var (naive, better) = (said["Naive, believe it"], said["Better, limits"]);
        Assert.IsGreaterThanOrEqualTo(1000 * better[2], naive[2], "KiB held");
        Assert.AreEqual((60, 0), (naive[3], naive[4]), "inside, refused");
        Assert.AreEqual((16, 44), (better[3], better[4]), "inside, refused");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_09_sixty_four_writes_share_an_fsync_and_a_lonely_one_waits_for_nobody()
    {
        var said = await Lessons.RunAsync("09");

        Assert.AreEqual((256, 256), (said["Naive, each its own"][0], said["Naive, each its own"][1]));
        Assert.AreEqual((4, 256), (said["Better, in groups"][0], said["Better, in groups"][1]));
        Assert.AreEqual(1, said["Better, one alone"][0]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_10_hedges_answer_all_and_a_budget_bounds_them()
    {
        var said = await Lessons.RunAsync("10");

        var (once, hedged) = (said["Naive, ask once"], said["Better, hedge"]);
        var (unbounded, bounded) = (said["Naive, hedge in trouble"], said["Better, in trouble, with a budget"]);
        var well = said["Better, well again, with a budget"];
        Assert.AreEqual((180, 200), (once[0], once[2]));
        Assert.AreEqual(200, hedged[0]);
        Assert.IsLessThan(250, hedged[2]);
        Assert.AreEqual((600, 240), (unbounded[2], bounded[2]));
        Assert.AreEqual(200, well[0]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_11_a_job_is_done_although_its_worker_died_and_only_once()
    {
        var said = await Lessons.RunAsync("11");

        Assert.AreEqual((0, 1), (said["Naive, a mark"][0], said["Better, a lease"][0]));
        Assert.AreEqual(2, said["Better, a lease"][2], "the attempt");
        Assert.AreEqual((2, 1), (said["Naive, all may tell"][1], said["Better, the holder"][1]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lesson_12_what_HttpListener_does_by_itself_costs_nobody_an_answer()
    {
        var said = await Lessons.RunAsync("12");

        Assert.AreEqual((6, 0), (said["Naive, stop it"][0], said["Better, answer and exit"][0]));
        Assert.AreEqual((0, 3), (said["Naive, trust a context"][0], said["Better, expect nobody"][0]));
        Assert.AreEqual((20, 0), (said["Naive, wait for headers"][0], said["Better, sweep"][0]));
    }
}
