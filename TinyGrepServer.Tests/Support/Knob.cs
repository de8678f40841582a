// A number that whoever runs the tests may set: a seed to replay a failure, or how long a test goes on.

using System.Globalization;

namespace TinyGrepServer.Tests;

internal static class Knob
{
    /// <summary>The environment variable of that name where it is set.</summary>
    public static T Of<T>(string name, T otherwise)
        where T : IParsable<T> =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? T.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
