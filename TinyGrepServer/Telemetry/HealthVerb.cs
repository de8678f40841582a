// Asks a server on this machine whether it is ready: the health check of a container that has neither a shell nor curl.

using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal static class HealthVerb
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Prints what <c>/readyz</c> says.</summary>
    /// <returns>0 ready, 1 not, or no answer.</returns>
    public static async Task<int> RunAsync(ServerSettings settings, Action<string> print, Action<string> complain)
    {
        var url = new Uri($"http://{(settings.IsEveryAddress ? "127.0.0.1" : settings.Host)}:{settings.Port}/readyz");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Limit };
        try
        {
            using var reply = await http.GetAsync(url);
            print($"{await reply.Content.ReadAsStringAsync()}\n");
            return reply.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
        {
            complain($"{url} does not answer: {failed.Message}");
            return 1;
        }
    }
}
