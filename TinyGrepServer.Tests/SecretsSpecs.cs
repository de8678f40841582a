// A value that may hold a password is never repeated: not from a flag, not from the environment, not from a file, not by those who
// embed, and not where it stands in a place that was not meant for it.

using TinyGrepServer.Relay;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class SecretsSpecs
{
    const string Secret = "hunter2";

    [TestMethod]
    [DataRow("database", "postgres://ann:hunter2@ss@h:x/kept")]
    [DataRow("database", "postgres://ann:hunter2@h/kept?nonsense=1")]
    [DataRow("database", "mysql://ann:hunter2@h/kept")]
    [DataRow("database", "ann:hunter2")]
    [DataRow("upstream", "http://ann:hunter2@127.0.0.1/")]
    [DataRow("upstream", "ftp://127.0.0.1/?key=hunter2")]
    [DataRow("otlp", "http://ann:hunter2@127.0.0.1/?a=b")]
    [DataRow("public-url", "ftp://ann:hunter2@grep.example.org")]
    [DataRow("host", "ann:hunter2@127.0.0.1")]
    public void A_wrong_value_that_may_hold_a_password_is_not_in_the_message(string option, string value)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.conf", $"{option} = {value}\n");
        var variable = SettingOptions.All.Single(one => one.Name == option).EnvironmentName;
        foreach (var parse in new Action[]
        {
            () => CommandLine.Parse([$"--{option}", value], _ => null),
            () => CommandLine.Parse([$"--{option}={value}"], _ => null),
            () => CommandLine.Parse([], name => name == variable ? value : null),
            () => CommandLine.Parse(["--config", file], _ => null),
        })
        {
            var refused = Assert.ThrowsExactly<UsageError>(parse);

            var place = refused.Message.StartsWith("TINY", StringComparison.Ordinal) ? variable : option;
            Assert.Contains($"{place}: expected ", refused.Message);
            Assert.DoesNotContain(Secret, refused.Message);
        }
    }

    [TestMethod]
    [DataRow("database postgres://ann:hunter2@h/kept", "line 1: expected 'name = value'.")]
    [DataRow("database postgres://ann:hunter2@h/kept?sslmode=require", "line 1: there is no option of that name.")]
    [DataRow("databse = postgres://ann:hunter2@h/kept", "line 1: there is no option 'databse'.")]
    public void A_line_of_the_file_that_is_no_option_is_not_repeated(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.conf", line + "\n");

        var refused = Assert.ThrowsExactly<UsageError>(() => CommandLine.Parse(["--config", file], _ => null));

        Assert.AreEqual($"{file} {expected}", refused.Message);
    }

    [TestMethod]
    [DataRow("serve postgres://ann:hunter2@h/kept")]
    [DataRow("postgres://ann:hunter2@h/kept")]
    [DataRow("--databse=postgres://ann:hunter2@h/kept")]
    [DataRow("--port 1 http://ann:hunter@hunter2@h/")]
    public void A_word_that_is_not_known_is_repeated_without_what_stands_before_its_host(string words)
    {
        var refused = Assert.ThrowsExactly<UsageError>(() => CommandLine.Parse(words.Split(' '), _ => null));

        Assert.DoesNotContain(Secret, refused.Message);
    }

    [TestMethod]
    public void Those_who_embed_do_not_read_it_in_the_refusal_nor_find_it_in_their_log()
    {
        var database = new Settings { Storage = new StorageSettings { Database = "postgres://ann:hunter2@ss@h:x/kept" } };
        var upstream = new Settings
        {
            Relay = new RelaySettings { Upstreams = [new("cats", new Uri("http://ann:hunter2@127.0.0.1/"))] },
        };

        Assert.DoesNotContain(Secret, Assert.ThrowsExactly<UsageError>(database.Check).Message);
        Assert.DoesNotContain(Secret, Assert.ThrowsExactly<UsageError>(upstream.Check).Message);
        Assert.DoesNotContain(Secret, database.ToString());
        Assert.Contains("postgres:…", database.ToString());
    }
}
