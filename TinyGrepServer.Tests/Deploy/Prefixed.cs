// nginx with the lines that docs/deploying.md gives for a path of one's own, in front of one server, on ports of the test's own.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Deploy;

internal sealed class Prefixed : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly TestServer server;
    readonly Process nginx;

    Prefixed(int port, TestServer server)
    {
        (Url, this.server) = (new Uri($"http://127.0.0.1:{port}/grep/"), server);
        nginx = Start(folder, port, server.Url);
    }

    /// <summary>The server's address as clients see it.</summary>
    public Uri Url { get; }

    /// <param name="start">Starts the server, which may have to know the address in front.</param>
    public static async Task<Prefixed> StartAsync(Func<Uri, Task<TestServer>> start)
    {
        Programs.Find("nginx");
        var port = Ports.Free();
        var site = new Prefixed(port, await start(new Uri($"http://127.0.0.1:{port}/grep/")));
        await Wait.UntilAsync(() => Ports.AnswersAsync(site.Url), "nginx listens");
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await TestServer.RunAsync(Programs.Start("kill", "-TERM", $"{nginx.Id}"));
        await nginx.WaitForExitAsync();
        nginx.Dispose();
        await server.DisposeAsync();
        folder.Dispose();
    }

    static Process Start(TemporaryFolder folder, int port, Uri server)
    {
        var location = Document.Of("docs/deploying.md").Blocks("nginx").Single()
            .Replace("http://127.0.0.1:8080", server.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var conf = folder.Write(
            "nginx.conf",
            $$"""
            pid nginx.pid;
            events { }
            http {
                access_log off;
                client_body_temp_path temp;
                proxy_temp_path temp;
                fastcgi_temp_path temp;
                uwsgi_temp_path temp;
                scgi_temp_path temp;
                server {
                    listen 127.0.0.1:{{port}};
                    {{location}}
                }
            }
            """);
        var asRoot = Environment.UserName == "root" ? "user root;" : ""; // its workers read the test's folder
        return Process.Start(Programs.Start(
            "nginx", "-p", folder.Path, "-c", conf, "-e", "stderr", "-g", $"daemon off; worker_processes 1; {asRoot}"))!;
    }
}
