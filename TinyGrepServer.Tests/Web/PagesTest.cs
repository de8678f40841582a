// What the tests of the pages have in common: a folder of dictionaries with nasty lines, and a server over it.

namespace TinyGrepServer.Tests.Web;

internal static class PagesTest
{
    public const string Image = "<img src=x onerror=alert(1)>";
    public const string Script = "</script><script>alert(1)</script>";
    public const string Quotes = "it's \"$HOME\" `id` $(id) \\ !";

    public static Task<BrowserTest<TestServer>> StartAsync() => BrowserTest<TestServer>.StartAsync(
        folder =>
        {
            folder.Write("d/many.txt", string.Concat(Enumerable.Range(1, 250).Select(number => $"thing {number} of many\n")));
            folder.Write(
                "d/nasty.txt",
                $"{Image} nasty\n{Script} nasty\n{Quotes} nasty\nna\u00efve \U0001F600 needle \U0001F600 needle\n"
                + $"{new string('x', 5_000)}far needle{new string('y', 5_000)}\n");
            folder.Write("d/notes/2024/a b & <c>.txt", "one needle\ntwo\nthree\nfour\nfive needle\nsix Needle\n");
            return TestServer.StartAsync("--dicts", Path.Join(folder.Path, "d"), "--default-dictionary", "many.txt");
        },
        server => server.Url);
}
