// A real nginx before a test's server, without the rest of deploy/: with the configuration we deploy, or with one of the test's own.

using System.Diagnostics;
using TinyGrepServer.Tests.Deploy;

namespace TinyGrepServer.Tests;

internal sealed class Nginx : IAsyncDisposable
{
    readonly TemporaryFolder folder;
    readonly Process process;

    Nginx(TemporaryFolder folder, Process process, Uri url) => (this.folder, this.process, Url) = (folder, process, url);

    public Uri Url { get; }

    /// <summary>deploy/nginx.conf as it is, before one server, without TLS; inconclusive where there is no nginx.</summary>
    public static Task<Nginx> StartDeployedAsync(Uri server) => StartAsync((folder, port) =>
    {
        folder.Write("servers.conf", $$"""
            upstream readers { server {{server.Authority}} max_fails=0; keepalive 4; }
            upstream writers { server {{server.Authority}} max_fails=0; }

            """);
        folder.Write("site.conf", $"listen 127.0.0.1:{port};\nserver_name localhost;\n");
        return DeployedFile.Text("nginx.conf");
    });

    /// <summary>As nginx is when it is told nothing but where to listen and whom to ask.</summary>
    public static Task<Nginx> StartStockAsync(Uri server) => StartAsync((_, port) => $$"""
        pid nginx.pid;
        events { }
        http {
            access_log off;
            client_body_temp_path body-temp;
            proxy_temp_path proxy-temp;
            fastcgi_temp_path unused-temp;
            uwsgi_temp_path unused-temp;
            scgi_temp_path unused-temp;
            server {
                listen 127.0.0.1:{{port}};
                location / { proxy_pass {{server}}; }
            }
        }
        """);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await TestServer.RunAsync(Programs.Start("kill", ["-TERM", $"{process.Id}"]));
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }

    static async Task<Nginx> StartAsync(Func<TemporaryFolder, int, string> write)
    {
        Programs.Find("nginx");
        var folder = new TemporaryFolder();
        var port = Ports.Free();
        var file = folder.Write("nginx.conf", write(folder, port));
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var user = Environment.UserName == "root" ? " user nobody nogroup;" : "";
        string[] arguments = ["-p", folder.Path, "-c", file, "-e", "stderr", "-g", $"daemon off;{user}"];
        var process = Process.Start(Programs.Start("nginx", arguments))!;
        _ = process.StandardError.ReadToEndAsync();
        var nginx = new Nginx(folder, process, new Uri($"http://127.0.0.1:{port}/"));
        await Wait.UntilAsync(nginx.IsListeningAsync, "nginx listens");
        return nginx;
    }

    async Task<bool> IsListeningAsync()
    {
        Assert.IsFalse(process.HasExited, "nginx has ended");
        try
        {
            using var client = await RawClient.ConnectAsync(Url);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
