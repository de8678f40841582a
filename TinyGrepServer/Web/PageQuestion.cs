// The question in the address of the search page, under the full API's names. Unknown parameters are ignored here, not
// refused as the API does: shared links pick up parameters of other people's making on their way.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

/// <param name="Parameters">Those that have a value, in order.</param>
internal sealed record PageQuestion(IReadOnlyList<(string Name, string Value)> Parameters)
{
    static readonly string[] Known = ["q", "dictionary", "mode", "ignore_case", "word", "line", "invert", "context", "cursor"];

    public string Term => Value("q") ?? "";

    public static PageQuestion Of(Exchange exchange) =>
        new([.. exchange.Query.Where(parameter => parameter.Value.Length > 0 && Known.Contains(parameter.Name))]);

    public string? Value(string name) =>
        Parameters.Where(parameter => parameter.Name == name).Select(parameter => parameter.Value).FirstOrDefault();

    public bool Has(string name, string value) => Parameters.Contains((name, value));

    public bool IsOn(string name) => Value(name) is "1" or "true" or "on";

    /// <summary>The address of the next part of the answer.</summary>
    public string After(string cursor)
    {
        var query = new StringBuilder("?");
        foreach (var (name, value) in Parameters.Where(parameter => parameter.Name != "cursor"))
            query.Append($"{name}={Uri.EscapeDataString(value)}&");
        return query.Append($"cursor={cursor}").ToString();
    }
}
