// How long people wait for the search page: dotnet run bench/page.cs URL
// Types words as a quick typist would, each for the first time, and measures in the page from the last key to the frame that
// shows the first result of the whole word. Prints the median and the slowest of them in milliseconds.

#:package Microsoft.Playwright
#:property PublishAot=false

using Microsoft.Playwright;

string[] words =
[
    "answer", "backoff", "cache", "deadline", "error", "folder", "grep", "header", "index", "kernel",
    "latency", "memory", "number", "order", "process", "queue", "request", "server", "timeout", "worker",
];
const int KeyInterval = 80; // ms, about 150 words a minute

using var playwright = await Playwright.CreateAsync();
await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
var page = await browser.NewPageAsync();
await page.AddInitScriptAsync("""
    addEventListener('keydown', () => { window.lastKey = performance.now(); }, true);
    window.untilShown = word => new Promise(resolve => {
      const look = () => [...document.querySelectorAll('#results mark')].some(mark => mark.textContent === word)
        && requestAnimationFrame(() => resolve(performance.now() - window.lastKey));
      new MutationObserver(look).observe(document.getElementById('results'), { childList: true, subtree: true });
    });
    """);

await page.GotoAsync(args[0]);
List<double> times = [];
foreach (var word in words)
{
    await page.Locator("#q").FillAsync("");
    await page.Locator("#shelf").WaitForAsync();
    var shown = page.EvaluateAsync<double>("word => untilShown(word)", word);
    await page.Locator("#q").PressSequentiallyAsync(word, new() { Delay = KeyInterval });
    times.Add(await shown);
}
times.Sort();
Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{times[times.Count / 2]:0} {times[^1]:0}"));
