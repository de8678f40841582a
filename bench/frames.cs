// Whether a long answer scrolls smoothly: dotnet run bench/frames.cs URL
// Unfolds 10,000 matches of one file and scrolls through them from the top to the end, a screen's half with each frame. Prints the
// 99th percentile of the frames' lengths and the longest in milliseconds; sixty frames a second are 16.7 ms each.

#:package Microsoft.Playwright
#:property PublishAot=false

using Microsoft.Playwright;

const int Matches = 10_000;

using var playwright = await Playwright.CreateAsync();
await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
var page = await browser.NewPageAsync();
await page.GotoAsync(args[0]);
for (var shown = 0; shown < Matches;)
{
    var before = shown;
    await page.Locator(".unfold").First.ClickAsync();
    await page.WaitForFunctionAsync("before => document.querySelectorAll('#results .hit').length > before", before);
    shown = await page.Locator("#results .hit").CountAsync();
}

var lengths = await page.EvaluateAsync<double[]>("""
    () => new Promise(resolve => {
      const lengths = [];
      let last = 0;
      scrollTo(0, 0);
      requestAnimationFrame(function frame(now) {
        if (last) lengths.push(now - last);
        last = now;
        if (innerHeight + scrollY >= document.body.scrollHeight - 1) return resolve(lengths);
        scrollBy(0, innerHeight / 2);
        requestAnimationFrame(frame);
      });
    })
    """);
Array.Sort(lengths);
Console.WriteLine(string.Create(
    System.Globalization.CultureInfo.InvariantCulture, $"{lengths[lengths.Length * 99 / 100]:0} {lengths[^1]:0} {lengths.Length}"));
