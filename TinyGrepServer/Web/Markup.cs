// HTML that cannot be made from text by accident: in Markup.Of($"<b>{line}</b>") every hole is encoded, and only what is
// Markup already goes through as it is. The compiler keeps the two apart.

using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace TinyGrepServer.Web;

/// <summary>A piece of HTML.</summary>
internal readonly record struct Markup(string Html)
{
    public static readonly Markup Empty = new("");

    /// <summary>An interpolated string whose literal parts are HTML and whose holes are text.</summary>
    public static Markup Of(Writer html) => new(html.ToString());

    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.Html)));

    [InterpolatedStringHandler]
    internal readonly struct Writer(int literalLength, int holes)
    {
        readonly StringBuilder html = new(literalLength + (holes * 16));

        public void AppendLiteral(string literal) => html.Append(literal);

        public void AppendFormatted(Markup piece) => html.Append(piece.Html);

        public void AppendFormatted(string? text) => html.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(long number) => html.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(long number, string format) => html.Append(number.ToString(format, CultureInfo.InvariantCulture));

        public override string ToString() => html.ToString();
    }
}
