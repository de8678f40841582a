// axe-core in the page that is open: what it calls serious or critical.

using System.Text.Json;
using Microsoft.Playwright;

namespace TinyGrepServer.Tests.Web;

internal static class Axe
{
    /// <summary>A finding a line; inconclusive where axe-core is not installed.</summary>
    public static async Task<string> FindingsAsync(IPage page)
    {
        NodePackages.Need("axe-core");
        await page.EvaluateAsync(await File.ReadAllTextAsync(NodePackages.PathOf("axe-core", "axe.min.js")));
        var found = await page.EvaluateAsync<string>(
            """
            axe.run().then(result => JSON.stringify(result.violations
              .filter(one => ['serious', 'critical'].includes(one.impact))
              .map(one => `${one.id}: ${one.nodes.map(node => node.html).join(' ')}`)))
            """);
        return string.Join('\n', JsonSerializer.Deserialize<string[]>(found)!);
    }
}
