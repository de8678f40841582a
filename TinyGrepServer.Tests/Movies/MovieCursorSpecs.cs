// A cursor is taken as it was given, letter for letter: what a lenient decoder would read just the same is refused.

using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

[TestClass]
public sealed class MovieCursorSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task A_cursor_is_read_in_the_one_spelling_it_was_given_in()
    {
        await using var catalogue = await Catalogue.StartAsync(Engine.Sqlite);
        string[] titles = ["a", "aa", "aaa"]; // as base64url, with as many kinds of padding
        foreach (var title in titles.Append("b")) await catalogue.AddAsync(title);

        foreach (var title in titles)
        {
            var question = $"{Catalogue.Path}?title=gte.{title}&sort=title&limit=1";
            var cursor = (await catalogue.GetAsync(question).OkAsync()).Json.GetProperty("next").GetString()!;
            await catalogue.GetAsync($"{question}&cursor={cursor}").OkAsync();
            string[] others =
            [
                cursor + "%3D", cursor + "%3D%3D", cursor + "%20", cursor + "%0A", "%20" + cursor, cursor[..5] + "%20" + cursor[5..],
                cursor[..5] + "%2B" + cursor[6..], cursor[..5] + "%2F" + cursor[6..], cursor[..5] + "%C3%A9" + cursor[6..],
            ];
            foreach (var other in others) await catalogue.GetAsync($"{question}&cursor={other}").RefusedAsync(400);
        }
    }
}
