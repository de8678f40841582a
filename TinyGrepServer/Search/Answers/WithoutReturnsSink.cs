// Takes the carriage return off the end of each line: in files from Windows it belongs to the line's end, not to its text.

namespace TinyGrepServer.Search;

/// <param name="inner">Takes the lines then.</param>
internal sealed class WithoutReturnsSink(ILineSink inner) : ILineSink
{
    public Lock Gate => inner.Gate;

    public int Held => inner.Held;

    public bool Add(in FoundLine line)
    {
        if (!line.Text.EndsWith((byte)'\r')) return inner.Add(line);
        var bounds = line.Bounds;
        var text = LineText.WithoutReturn(line.Text, ref bounds);
        return inner.Add(new FoundLine
        {
            Dictionary = line.Dictionary,
            Number = line.Number,
            Selected = line.Selected,
            Text = text,
            Bounds = bounds,
        });
    }

    public bool TryRestart() => inner.TryRestart();
}
