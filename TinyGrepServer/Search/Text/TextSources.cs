// Puts the layers of a text together: bytes, unzipped, decoded, bounded, a part of it, without carriage returns.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal static class TextSources
{
    /// <summary>The most bytes of text that are read of a file that has to be decoded: a small one can unfold to anything.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Opens the text of a file; it needs some 100 KiB of memory, however long it is.</summary>
    /// <param name="file">Stays the caller's, and open until the text is disposed.</param>
    /// <param name="form">As <see cref="TextForms.Sniff(SafeFileHandle, bool)"/> has told it; a binary file is read as a plain one.</param>
    /// <param name="keepReturns">False: a carriage return before a newline, or at the end of the text, is left out.</param>
    /// <param name="part">Only this part of it, which is counted with carriage returns; null: all of it.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TextSource Open(SafeFileHandle file, TextForm form, bool keepReturns, TextRange? part = null)
    {
        var text = OpenWhole(file, form);
        if (IsDecoded(form)) text = new FirstBytes(text, MaxBytes, problem: $"only the first {MaxBytes >> 30} GiB of its text was read");
        if (part is { } asked)
        {
            text.Skip(asked.Offset);
            text = new FirstBytes(text, asked.Length);
        }
        return keepReturns ? text : new WithoutReturns(text);
    }

    static bool IsDecoded(TextForm form) => form is not (TextForm.Plain or TextForm.Binary);

    static TextSource OpenWhole(SafeFileHandle file, TextForm form)
    {
        if (form != TextForm.Gzip) return Decode(new FileBytes(file, form == TextForm.BehindHole ? NulRun.End(file, 0) ?? 0 : 0), form);
        var content = new PeekedText(new GzipText(file));
        return Decode(content, content.Form);
    }

    static TextSource Decode(TextSource bytes, TextForm form)
    {
        bytes.Skip(form switch
        {
            TextForm.Utf8WithMark => 3,
            TextForm.Utf16LittleEndian or TextForm.Utf16BigEndian => 2,
            _ => 0,
        });
        return form is TextForm.Utf16LittleEndian or TextForm.Utf16BigEndian
            ? new Utf16Text(bytes, form == TextForm.Utf16BigEndian)
            : bytes;
    }
}
