// The search page over 20,000 files of several forms: small at the start, complete at the end, and gentle to the server meanwhile.

using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class LargeFolderSpecs
{
    const int Files = 20_000;

    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await BrowserTest<TestServer>.StartAsync(
        folder =>
        {
            var top = Path.Join(folder.Path, "d");
            WriteTree(top);
            folder.Write("d/flood.txt", string.Concat(Enumerable.Range(1, 12_000).Select(number => $"flood {number}, a common word\n")));
            folder.Write("d/.env", "a rare pearl\n");
            return TestServer.StartAsync("--dicts", top, "--index-bytes", "0", "--default-dictionary", "flood.txt", "--timeout", "60s");
        },
        server => server.Url);

    static void WriteTree(string top)
    {
        for (var number = 0; number < Files; number++)
        {
            var name = Path.Join(top, $"part{number % 40:00}", $"file{number:00000}.{(number % 10 == 0 ? "c" : "txt")}");
            if (number < 40) Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            File.WriteAllText(name, $"file {number}\ncommon word\n{(number % 500 == 0 ? "a rare pearl\n" : "")}");
        }
        Directory.CreateDirectory(Path.Join(top, "logs"));
        WriteGzip(Path.Join(top, "logs/old.log.gz"), "first\r\nzipped, a rare pearl\r\n");
        File.WriteAllText(Path.Join(top, "logs/windows.log"), "a rare pearl\r\nin UTF-16\r\n", Encoding.Unicode);
        File.WriteAllBytes(Path.Join(top, "logs/picture.png"), [0x89, 0, 1, .. "a rare pearl\n"u8]);
    }

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task The_start_page_is_small()
    {
        var page = await test.Server.Http.GetByteArrayAsync("/");

        Assert.IsLessThan(60 << 10, page.Length);
        await using var visit = await test.VisitAsync("/");
        await Expect(visit.Page.Locator("#shelf .tree > li")).ToHaveCountAsync(43); // 41 folders and two files, one of them hidden
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(120_000)]
    public async Task While_a_long_word_is_typed_no_more_than_two_searches_run_at_once()
    {
        await using var visit = await test.VisitAsync("/");
        var max = 0.0;
        var typing = visit.Page.Locator("#q").PressSequentiallyAsync("incomprehensibles", new() { Delay = 60 });

        while (!typing.IsCompleted || await visit.Status.InnerTextAsync() is "" or "Searching…")
            max = Math.Max(max, await test.Server.GaugeAsync("tinygrep_searches_running"));
        await typing;

        await visit.SaysAsync("No line matches.");
        Assert.IsGreaterThan(0, max);
        Assert.IsLessThanOrEqualTo(2, max);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(120_000)]
    public async Task Each_file_has_its_true_count_and_unfolds_what_it_has()
    {
        await using var visit = await test.VisitAsync("/?q=common&mode=fixed&in=flood.txt part00/*.c");

        await visit.SaysAsync($"{12_000 + (Files / 40):N0} matches in {1 + (Files / 40):N0} files");
        var flood = visit.Page.Locator("#results section").First;
        await Expect(flood.Locator(".count")).ToHaveTextAsync("12,000");
        await Expect(flood.Locator(".hit")).ToHaveCountAsync(5);
        await flood.GetByRole(AriaRole.Button, new() { Name = "11,995 more" }).ClickAsync();
        await Expect(flood.Locator(".hit")).ToHaveCountAsync(1_000);
        await Expect(flood.Locator(".unfold")).ToHaveTextAsync("11,000 more");
        Assert.IsTrue(await flood.Locator(".hit a").Nth(5).EvaluateAsync<bool>("one => one === document.activeElement"));
        await flood.Locator(".unfold").ClickAsync();

        await Expect(flood.Locator(".hit")).ToHaveCountAsync(2_000);
        await Expect(flood.Locator(".hit").Last).ToContainTextAsync("flood 2000,");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(120_000)]
    public async Task Back_shows_the_same_place_with_what_was_loaded_and_unfolded()
    {
        await using var visit = await test.VisitAsync("/?q=common&mode=fixed");
        var flood = visit.Page.Locator("#results section").First;
        await Expect(flood.Locator(".hit")).ToHaveCountAsync(5);
        await flood.Locator(".unfold").ClickAsync();
        await Expect(flood.Locator(".hit")).ToHaveCountAsync(1_000);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "More matches" }).ClickAsync();
        var hit = visit.Page.Locator("#results section").Nth(700).Locator(".hit a");
        await hit.ScrollIntoViewIfNeededAsync();
        var href = await hit.GetAttributeAsync("href");

        await hit.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/d/part"));
        await visit.Page.GoBackAsync();

        await Expect(visit.Page.Locator($"a[href='{href}']")).ToBeInViewportAsync(new() { Timeout = 90_000 });
        await Expect(flood.Locator(".hit")).ToHaveCountAsync(1_000);
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(120_000)]
    public async Task What_was_left_out_is_said_by_name()
    {
        await using var visit = await test.VisitAsync("/?q=rare+pearl&mode=fixed");

        await Expect(visit.Page.Locator("#left-out"))
            .ToHaveTextAsync("Skipped: 1 binary (logs/picture.png), 1 dotfile (.env).", new() { Timeout = 90_000 });
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("q=rare+pearl&mode=fixed")]
    [DataRow("q=PEARL$&mode=extended&ignore_case=1&in=logs !*.png")]
    [DataRow("q=pearl+rare&mode=words&in=part00/** part2[05]/ logs/ .env !**/file000*")]
    public async Task The_commands_find_the_same_in_a_real_shell(string question)
    {
        await using var visit = await test.VisitAsync($"/?{question}");
        await visit.Page.Locator("#commands summary").ClickAsync();
        var command = visit.Page.Locator("#grep-command");
        await Expect(command).ToContainTextAsync("grep");
        await Expect(visit.Status).ToContainTextAsync(" in ", new() { Timeout = 90_000 });
        await Expect(visit.Page.Locator("#results .count").First).Not.ToContainTextAsync("+");

        var expected = await LinesAsync(await visit.Page.Locator("#curl-command").InnerTextAsync());
        var grep = await RunAsync(await command.InnerTextAsync());

        Assert.IsNotEmpty(expected);
        var found = grep.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'));
        CollectionAssert.AreEquivalent(expected, found.ToArray());
    }

    [TestMethod, Timeout(120_000)]
    public async Task The_command_for_many_files_chooses_them_as_the_server_does()
    {
        await using var visit = await test.VisitAsync("/?q=file+[0-9]*0&in=*.c part1?/ !part0*/** logs !*9*");
        await visit.Page.Locator("#commands summary").ClickAsync();
        var command = visit.Page.Locator("#grep-command");
        await Expect(command).ToContainTextAsync("find . ");
        await Expect(visit.Page.Locator("#curl-command")).ToContainTextAsync("limit=10000");

        var expected = await LinesAsync(await visit.Page.Locator("#curl-command").InnerTextAsync());
        var grep = await RunAsync(await command.InnerTextAsync());

        Assert.IsGreaterThan(20, expected.Length);
        CollectionAssert.AreEquivalent(expected, grep.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Paths_are_completed_from_the_server()
    {
        await using var visit = await test.VisitAsync("/");
        var options = visit.Page.Locator("#in-list li");
        await visit.TypeAsync("pearl");

        await visit.Page.Locator("#in").PressSequentiallyAsync("lo");
        await Expect(options.First).ToHaveTextAsync("logs/");
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(options.First).ToHaveTextAsync("logs/old.log.gz"); // a folder goes on with what is in it
        await visit.Page.Keyboard.TypeAsync(" !picture");
        await Expect(options).ToHaveTextAsync(["logs/picture.png"]);
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("logs/ !logs/picture.png ");
        await visit.SaysAsync("2 matches in 2 files. That is all.");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_path_that_was_chosen_stays_chosen_while_the_list_is_made_anew()
    {
        await using var visit = await test.VisitAsync("/");
        var asked = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.Page.Locator("#in").PressSequentiallyAsync("l");
        await Expect(visit.Page.Locator("#in-list li").First).ToHaveTextAsync("logs/");
        await Expect(visit.Page.Locator("#in-list")).ToHaveAttributeAsync("aria-busy", "false");

        await visit.Page.RouteAsync("**/api/v1/dictionaries?*", async route =>
        {
            if (!asked.TrySetResult(route)) await route.ContinueAsync();
        });
        await visit.Page.Keyboard.TypeAsync("o");
        var completing = await asked.Task;
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await completing.ContinueAsync();
        await Expect(visit.Page.Locator("#in-list")).ToHaveAttributeAsync("aria-busy", "false");
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("logs/");
        visit.AssertQuiet();
    }

    /// <summary>What a curl command answers, as grep prints it.</summary>
    static async Task<string[]> LinesAsync(string curl)
    {
        using var answer = System.Text.Json.JsonDocument.Parse(await RunAsync(curl));
        return
        [
            .. answer.RootElement.GetProperty("matches").EnumerateArray().Select(match =>
                $"{match.GetProperty("dictionary").GetString()}:{match.GetProperty("line")}:{match.GetProperty("text").GetString()}"),
        ];
    }

    static async Task<string> RunAsync(string command)
    {
        var start = Programs.Start("bash", "-c", command);
        start.WorkingDirectory = Path.Join(test.Folder.Path, "d");
        start.Environment["LC_ALL"] = "C.UTF-8";
        var (_, output, errors) = await TestServer.RunAsync(start);
        Assert.AreEqual("", errors);
        return output;
    }

    static void WriteGzip(string path, string text)
    {
        using var zipped = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        zipped.Write(Encoding.UTF8.GetBytes(text));
    }
}
