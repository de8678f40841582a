// The server was started with something it cannot work with: one clear line on stderr, exit code 2.

namespace TinyGrepServer.Server;

/// <summary>Wrong usage, found at start.</summary>
/// <param name="message">One line: which key or thing, which value, and what was expected.</param>
public sealed class UsageError(string message) : Exception(message);
