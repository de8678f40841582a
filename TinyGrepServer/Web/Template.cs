// A page as a file: HTML with {{names}} where the server inserts something. What it inserts is Markup, so it is already HTML or encoded
// text; a missing or an extra name fails on the page's first use, and so in its first test.

using System.Text;

namespace TinyGrepServer.Web;

/// <param name="source">HTML with <c>{{names}}</c>.</param>
internal sealed class Template(string source)
{
    readonly string[] parts = source.Split(["{{", "}}"], StringSplitOptions.None); // literal, name, literal, name, … literal

    public Markup Fill(IReadOnlyDictionary<string, Markup> values)
    {
        var page = new StringBuilder(source.Length);
        HashSet<string> used = [];
        for (var at = 0; at < parts.Length; at++)
        {
            if (at % 2 == 1) used.Add(parts[at]);
            page.Append(at % 2 == 0 ? parts[at] : values[parts[at]].Html);
        }
        var unused = values.Keys.FirstOrDefault(name => !used.Contains(name));
        return unused is null ? new Markup(page.ToString()) : throw new ArgumentException($"The page has no place for '{unused}'.");
    }
}
