// The folder to look through: folders that unfold in their place, with the keyboard alone, and pages of a folder of any size.

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class FilesPageSpecs
{
    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        test = await PagesTest.StartAsync();
        foreach (var number in Enumerable.Range(0, 450)) test.Folder.Write($"d/crowd/inner/f{number:000}.txt", "one line\n");
        test.Folder.Write("d/crowd/.hidden", "x\n");
    }

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Folders_unfold_in_their_place_with_the_keyboard_alone()
    {
        await using var visit = await test.VisitAsync("/files");
        var focused = visit.Page.Locator(":focus");
        await visit.SaysAsync("2 folders, 2 files");

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "crowd/" }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "inner/" })).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(focused).ToHaveTextAsync("inner/");
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page.GetByText("f199.txt")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("f200.txt")).ToHaveCountAsync(0);
        await visit.Page.GetByText("More files").ClickAsync();
        await Expect(focused).ToHaveTextAsync("f200.txt");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(focused).ToHaveTextAsync("inner/");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");

        await Expect(visit.Page.GetByText("f000.txt")).ToBeHiddenAsync();
        await visit.Page.Keyboard.PressAsync("ArrowUp");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/files/crowd/$"));
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_a_script_a_folder_is_turned_page_by_page_and_crumbs_lead_back()
    {
        await using var visit = await test.VisitAsync("/files/crowd/inner/", new() { JavaScriptEnabled = false });

        await visit.SaysAsync("450 files");
        await Expect(visit.Page.Locator(".file")).ToHaveCountAsync(200);
        await visit.Page.Locator("a[rel=next]").ClickAsync();
        await visit.Page.Locator("a[rel=next]").ClickAsync();
        await Expect(visit.Page.Locator(".file")).ToHaveCountAsync(50);
        await visit.Page.Locator(".crumbs").GetByText("crowd").ClickAsync();

        await visit.SaysAsync("1 folder, 1 file");
        await Expect(visit.Page.Locator(".file")).ToContainTextAsync(".hiddendotfile");
        await visit.Page.Locator(".file a").ClickAsync();
        await Expect(visit.Page.Locator("#lines .text")).ToHaveTextAsync("x");
        await visit.Page.Locator(".crumbs").GetByText("crowd").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/files/crowd/$"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task With_and_without_a_script_rows_look_the_same()
    {
        await using var page = await test.VisitAsync("/files/notes/2024/");
        await using var tree = await test.VisitAsync("/files/notes/");

        await tree.Page.GetByRole(AriaRole.Button, new() { Name = "Unfold notes/2024/" }).ClickAsync();
        var row = tree.Page.Locator(".tree ul .file");
        await Expect(row).ToBeVisibleAsync();

        Assert.AreEqual(await page.Page.Locator(".file").InnerTextAsync(), await row.InnerTextAsync());
        StringAssert.Contains(await row.InnerTextAsync(), "6 lines", StringComparison.Ordinal);
        Assert.AreEqual(
            await page.Page.Locator(".file a").GetAttributeAsync("href"), await row.Locator("a").GetAttributeAsync("href"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_is_searched_from_its_page()
    {
        await using var visit = await test.VisitAsync("/files/crowd/inner/");

        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("one line");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.SaysAsync("450 matches in 450 files");
        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("crowd/inner/");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_that_could_not_be_asked_for_is_asked_for_again()
    {
        await using var visit = await test.VisitAsync("/files/crowd/");
        await visit.Page.RouteAsync("**/api/v1/dictionaries**", route => route.AbortAsync());
        var toggle = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unfold crowd/inner/" });

        await toggle.ClickAsync();
        await Expect(visit.Page.Locator(".tree ul .note")).ToHaveTextAsync("The server cannot be reached.");
        await visit.Page.UnrouteAsync("**/api/v1/dictionaries**");
        await toggle.ClickAsync();
        await toggle.ClickAsync();
        await Expect(visit.Page.GetByText("f199.txt")).ToBeVisibleAsync();
        await visit.Page.RouteAsync("**/api/v1/dictionaries**", route => route.AbortAsync());
        await visit.Page.GetByText("More files").ClickAsync();
        await Expect(visit.Page.GetByText("More files (The server cannot be reached.)")).ToBeEnabledAsync();
        await visit.Page.UnrouteAsync("**/api/v1/dictionaries**");
        await visit.Page.GetByText("More files").ClickAsync();

        await Expect(visit.Page.GetByText("f200.txt")).ToBeVisibleAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_that_is_not_there_is_said_to_be_none()
    {
        using var reply = await test.Server.Http.GetAsync("/files/nope/");

        Assert.AreEqual(System.Net.HttpStatusCode.NotFound, reply.StatusCode);
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), "There is no folder", StringComparison.Ordinal);
    }
}
