// The same request over and over, sixteen at a time: for tests of what many requests fill or wear out.

namespace TinyGrepServer.Tests;

internal static class Flood
{
    public static Task FloodAsync(this HttpClient http, string path, int times) => Parallel.ForAsync(
        0,
        times,
        new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (_, stop) => await http.GetStringAsync(new Uri(path, UriKind.Relative), stop));
}
