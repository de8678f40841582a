// axe-core in the page that is open: what it calls serious or critical.

using System.Text.Json;
using Microsoft.Playwright;

namespace TinyGrepServer.Tests.Web;

internal static class Axe
{
    /// <summary>A finding a line; inconclusive where axe-core is not installed.</summary>
    public static async Task<string> FindingsAsync(IPage page)
    {
        await page.EvaluateAsync(AxeScript());
        var found = await page.EvaluateAsync<string>("axe.run().then(result => JSON.stringify(result.violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one => `${one.id}: ${one.nodes.map(node => node.html).join(' ')}`)))");
        return string.Join('\n', JsonSerializer.Deserialize<string[]>(found)!);
    }

    /// <summary>axe-core as run.sh test installs it.</summary>
    static string AxeScript()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var path = Path.Join(cache, "tinygrep-tests", "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(path)) Assert.Inconclusive("There is no axe-core here.");
        return File.ReadAllText(path);
    }
}
