// Asks for a password on the terminal without showing it. The console of .NET lets the terminal echo between two keys, so the
// terminal itself is told (termios(3)): no echo, no line editing, no signals, until the line is read.

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal static class PasswordPrompt
{
    const int Terminal = 0; // stdin
    const int AfterFlush = 2; // TCSAFLUSH: what was typed before the prompt is thrown away

    /// <exception cref="UsageError">Cancelled with Ctrl-C or Ctrl-D, or there is no terminal.</exception>
    public static string Ask(string prompt)
    {
        if (Native.GetAttributes(Terminal, out var before) != 0) throw new UsageError("user add: stdin is not a terminal.");
        var silent = before;
        silent.LocalModes &= ~(Termios.Echo | Termios.Canonical | Termios.Signals);
        silent.AtLeast(1);
        if (Native.SetAttributes(Terminal, AfterFlush, in silent) != 0)
            throw new UsageError("user add: the terminal cannot be kept from showing the password.");
        try
        {
            Console.Error.Write(prompt);
            // Not the console's stream: it edits lines itself.
            using var terminal = new FileStream(new SafeFileHandle(Terminal, ownsHandle: false), FileAccess.Read, bufferSize: 0);
            return ReadLine(terminal);
        }
        finally
        {
            _ = Native.SetAttributes(Terminal, AfterFlush, in before);
            Console.Error.WriteLine();
        }
    }

    static string ReadLine(Stream terminal)
    {
        List<byte> line = [];
        while (true)
        {
            switch (terminal.ReadByte())
            {
                case '\n' or '\r':
                    return Encoding.UTF8.GetString([.. line]);
                case 3 or 4 or -1: // Ctrl-C, Ctrl-D, the terminal has gone
                    throw new UsageError("user add: cancelled.");
                case 8 or 127: // Backspace takes a whole character
                    while (line.Count > 0 && (line[^1] & 0xC0) == 0x80) line.RemoveAt(line.Count - 1);
                    if (line.Count > 0) line.RemoveAt(line.Count - 1);
                    break;
                case var key:
                    line.Add((byte)key);
                    break;
            }
        }
    }

    /// <summary><c>struct termios</c> of Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    unsafe struct Termios
    {
        public const uint Signals = 1, Canonical = 2, Echo = 8;
        const int Minimum = 6; // VMIN

        uint inputModes, outputModes, controlModes;
        public uint LocalModes;
        byte discipline;
        fixed byte controls[32];
        uint inputSpeed, outputSpeed;

        public void AtLeast(byte count) => controls[Minimum] = count;
    }

    static class Native
    {
        // Blittable.
#pragma warning disable SYSLIB1054
        [DllImport("libc", EntryPoint = "tcgetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int GetAttributes(int terminal, out Termios attributes);

        [DllImport("libc", EntryPoint = "tcsetattr")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SetAttributes(int terminal, int when, in Termios attributes);
#pragma warning restore SYSLIB1054
    }
}
