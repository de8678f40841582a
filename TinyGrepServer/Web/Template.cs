// A page as a file: HTML with {{names}} where the server fills something in. What is filled in is Markup, so it is HTML
// already or encoded text; a name that is missing, or one too many, stops the page's first use and so its first test.

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
