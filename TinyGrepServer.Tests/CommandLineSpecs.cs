// Every option can be given in four places, and the nearer one wins: default, file, environment, flag. Whatever is wrong
// with a value is told in one line that names the place, the value and what was expected.

using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class CommandLineSpecs
{
    public static IEnumerable<object[]> Names => OptionSamples.All.Select(sample => new object[] { sample.Name });

    [TestMethod]
    public void Every_option_has_a_sample()
    {
        var without = SettingOptions.All.Select(option => option.Name)
            .Except(OptionSamples.All.Select(sample => sample.Name))
            .Except(OptionSamples.Elsewhere);

        Assert.AreEqual("", string.Join(", ", without), "Add them to OptionSamples.");
    }

    [TestMethod]
    public void Every_option_says_its_default_and_what_its_numbers_mean()
    {
        foreach (var option in SettingOptions.All)
        {
            StringAssert.Contains(option.Help, "Default", StringComparison.Ordinal, option.Name);
            StringAssert.EndsWith(option.Help, ".", StringComparison.Ordinal, option.Name);
            if (option.Form is "N" or "PORT")
                StringAssert.Contains(option.Help, "..", StringComparison.Ordinal, $"{option.Name}: a number needs its range");
            if (option.Name.EndsWith("timeout", StringComparison.Ordinal) || option.Name.EndsWith("delay", StringComparison.Ordinal))
                Assert.AreEqual("DURATION", option.Form, option.Name);
        }
    }

    [TestMethod]
    public void The_environment_name_is_made_from_the_option()
    {
        var option = SettingOptions.All.Single(option => option.Name == "shutdown-timeout");

        Assert.AreEqual("TINYGREP_SHUTDOWN_TIMEOUT", option.EnvironmentName);
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void Nothing_said_is_the_default(string name)
    {
        var sample = OptionSamples.Of(name);

        Assert.AreEqual(sample.Read(new Settings()), sample.Read(Settings([])));
        Assert.AreNotEqual(sample.Expected, sample.Read(Settings([])), "the sample must not be the default");
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void An_option_can_be_a_flag(string name)
    {
        var sample = OptionSamples.Of(name);

        Assert.AreEqual(sample.Expected, sample.Read(Settings([$"--{name}", sample.Good])));
        Assert.AreEqual(sample.Expected, sample.Read(Settings([$"--{name}={sample.Good}"])));
        Assert.AreEqual(sample.Expected, sample.Read(Settings(["serve", $"--{name}", sample.Good])));
        Assert.AreEqual(sample.Expected, sample.Read(Settings([$"--{name}", sample.Good, "search", "term"])));
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void An_option_can_be_an_environment_variable(string name)
    {
        var sample = OptionSamples.Of(name);

        Assert.AreEqual(sample.Expected, sample.Read(Settings([], (Variable(name), sample.Good))));
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void An_option_can_stand_in_the_file(string name)
    {
        using var folder = new TemporaryFolder();
        var sample = OptionSamples.Of(name);
        var file = folder.Write("a.conf", $"# what is served\n\n  {name}   =  {sample.Good}  \n");

        Assert.AreEqual(sample.Expected, sample.Read(Settings(["--config", file])));
        Assert.AreEqual(sample.Expected, sample.Read(Settings([], ("TINYGREP_CONFIG", file))));
    }

    [TestMethod]
    public void Allowed_hosts_are_a_list()
    {
        var settings = Settings(["--host", "0.0.0.0", "--allowed-hosts", "one.example, two.example,"]);

        CollectionAssert.AreEqual(new[] { "one.example", "two.example" }, settings.Server.AllowedHosts.ToArray());
    }

    [TestMethod]
    public void Allowed_hosts_are_refused_where_HttpListener_would_refuse_them_itself()
    {
        var refused = Assert.ThrowsExactly<UsageError>(() => Settings(["--allowed-hosts", "one.example"]));

        StringAssert.Contains(refused.Message, "--allowed-hosts needs --host 0.0.0.0", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_file_beats_the_default_the_environment_beats_the_file_and_the_flag_beats_all()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.conf", "port = 1001\nqueue = 11\ntimeout = 1s\n");
        (string, string)[] environment = [("TINYGREP_QUEUE", "12"), ("TINYGREP_TIMEOUT", "2s")];

        var settings = Settings(["--config", file, "--timeout", "3s"], environment);

        Assert.AreEqual(1001, settings.Server.Port);
        Assert.AreEqual(12, settings.Search.Queue);
        Assert.AreEqual(TimeSpan.FromSeconds(3), settings.Search.Timeout);
    }

    [TestMethod]
    public void The_config_flag_beats_the_config_variable()
    {
        using var folder = new TemporaryFolder();
        var (near, far) = (folder.Write("near.conf", "port = 1"), folder.Write("far.conf", "port = 2"));

        Assert.AreEqual(1, Settings(["--config", near], ("TINYGREP_CONFIG", far)).Server.Port);
    }

    [TestMethod, DynamicData(nameof(Names))]
    public void A_bad_value_is_one_line_that_names_place_value_and_expected_form(string name)
    {
        using var folder = new TemporaryFolder();
        foreach (var bad in OptionSamples.Of(name).Bad)
        {
            var file = folder.Write("a.conf", $"# one\n{name} = {bad}\n");
            foreach (var (place, parse) in new (string, Action)[]
            {
                ($"--{name}: ", () => Settings([$"--{name}", bad])),
                ($"{Variable(name)}: ", () => Settings([], (Variable(name), bad))),
                ($"{file} line 2: {name}: ", () => Settings(["--config", file])),
            })
            {
                var refused = Assert.ThrowsExactly<UsageError>(parse, $"{place} '{bad}'");

                StringAssert.StartsWith(refused.Message, $"{place}expected ", StringComparison.Ordinal);
                var isSecret = SettingOptions.All.Single(option => option.Name == name).Rule.IsSecret;
                var end = isSecret ? "; the value is not repeated, since it may hold a secret." : $", not '{bad.Trim()}'.";
                StringAssert.EndsWith(refused.Message, end, StringComparison.Ordinal);
            }
        }
    }

    [TestMethod]
    public void A_flag_without_a_value_is_on_and_takes_no_verb_for_its_value()
    {
        Assert.IsTrue(Settings(["--diagnostics"]).Diagnostics);
        Assert.IsTrue(Settings(["--diagnostics", "--port", "1"]).Diagnostics);
        Assert.IsTrue(Settings(["--diagnostics", "search", "term"]).Diagnostics);
        Assert.IsFalse(Settings(["--diagnostics", "false"]).Diagnostics);
    }

    [TestMethod, DataRow("@term"), DataRow("@/etc/hostname"), DataRow("a=b"), DataRow("/x"), DataRow("[suggest]")]
    public void A_search_term_is_taken_as_it_stands(string term)
    {
        var asked = (Invocation.Search)CommandLine.Parse(["search", term], _ => null);

        Assert.AreEqual(term, asked.Wish.Request.Term);
    }

    [TestMethod, DataRow("-n"), DataRow("--"), DataRow("--json"), DataRow("-?")]
    public void A_search_term_after_two_dashes_may_look_like_an_option(string term)
    {
        var asked = (Invocation.Search)CommandLine.Parse(["search", "--", term], _ => null);

        Assert.AreEqual(term, asked.Wish.Request.Term);
        Assert.AreEqual(AnswerForm.Text, asked.Wish.Form);
    }

    static string Variable(string name) => SettingOptions.All.Single(option => option.Name == name).EnvironmentName;

    static Settings Settings(string[] arguments, params (string Name, string Value)[] environment) =>
        CommandLine.Parse(arguments, name => environment.FirstOrDefault(variable => variable.Name == name).Value).Settings;
}
