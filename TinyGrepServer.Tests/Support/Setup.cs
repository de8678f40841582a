// How the test run is set up, and what it leaves behind: nothing.

using Microsoft.VisualStudio.TestTools.UnitTesting;

// Three at once on two cores: many a test waits, for a timeout or for a process, while another works.
[assembly: Parallelize(Workers = 3, Scope = ExecutionScope.ClassLevel)]

namespace TinyGrepServer.Tests;

[TestClass]
public static class Setup
{
    /// <summary>
    /// For the programs that tests start: no diagnostic socket, which a killed one leaves in /tmp, and a just-in-time compiler that
    /// does not map its memory twice (a twelfth of what a start costs).
    /// </summary>
    [AssemblyInitialize]
    public static void SetEnvironment(TestContext _)
    {
        Environment.SetEnvironmentVariable("DOTNET_EnableDiagnostics", "0");
        Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");
    }

    [AssemblyCleanup]
    public static async Task StopSharedServersAsync()
    {
        await Storage.PostgresServer.StopSharedAsync();
        await DocumentedServer.StopSharedAsync();
        Lessons.RemoveBuilt();
        SmallMachine.RemoveGroups();
    }
}
