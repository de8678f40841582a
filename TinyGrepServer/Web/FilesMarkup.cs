// Folders and files as HTML: a list of links with size, lines and time, and why a search over all leaves one out. tree.js draws
// the same, and unfolds folders in their place.

using System.Globalization;

namespace TinyGrepServer.Web;

internal static class FilesMarkup
{
    static readonly string[] SizeUnits = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <param name="folder">Whose listing it is, with a slash at its end; empty: the top.</param>
    public static Markup Write(Listing listing, string root, string folder) => Markup.Join(
    [
        .. (listing.Folders ?? []).Select(name => Folder(name, root, folder)),
        .. listing.Files.Select(file => File(file, root, folder)),
    ]);

    public static string Size(long bytes)
    {
        var power = Math.Min((int)Math.Log2(Math.Max(bytes, 1)) / 10, SizeUnits.Length - 1);
        var number = (bytes / Math.Pow(1024, power)).ToString(power > 0 ? "#,0.#" : "#,0", CultureInfo.InvariantCulture);
        return bytes == 1 ? "1 byte" : $"{number} {SizeUnits[power]}";
    }

    public static string Lines(long? lines) => lines switch
    {
        null => "",
        1 => "1 line",
        { } many => $"{many.ToString("N0", CultureInfo.InvariantCulture)} lines",
    };

    /// <summary>In UTC, for a reader of any place.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    static Markup Folder(string name, string root, string folder)
    {
        var link = Markup.Of($"<a href=\"{PageLinks.Folder(root, name)}\">{name[folder.Length..]}/</a>");
        return Markup.Of($"<li class=\"folder\"><span class=\"entry\"><span class=\"name\">{link}</span></span></li>\n");
    }

    static Markup File(Listed file, string root, string folder)
    {
        var isBinary = file.Form == "binary";
        var link = Markup.Of($"<a href=\"{PageLinks.Reader(root, file.Name)}\">{file.Name[folder.Length..]}</a>");
        var note = file.Skipped is null ? Markup.Empty : Markup.Of($"<span class=\"note\">{file.Skipped}</span>");
        var name = Markup.Of($"<span class=\"name\">{link}{note}</span>");
        var lines = Markup.Of($"<span class=\"lines\">{(isBinary ? "" : Lines(file.Lines))}</span>");
        var size = Markup.Of($"<span class=\"size\">{Size(file.Bytes)}</span>");
        var time = Markup.Of($"<span class=\"time\">{Time(file.Modified)}</span>");
        return Markup.Of($"<li class=\"file\"><span class=\"entry\">{name}{lines}{size}{time}</span></li>\n");
    }
}
