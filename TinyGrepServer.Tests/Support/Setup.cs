// How the test run is set up, and what it leaves behind: nothing.

using Microsoft.VisualStudio.TestTools.UnitTesting;

// Two at once on two cores: a third takes no time off the whole, and what runs late beside it is mistaken for a fault.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

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
