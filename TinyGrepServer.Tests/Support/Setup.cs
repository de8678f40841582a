// How the test run is set up, and what it leaves behind: nothing.

using Microsoft.VisualStudio.TestTools.UnitTesting;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

namespace TinyGrepServer.Tests;

[TestClass]
public static class Setup
{
    [AssemblyCleanup]
    public static async Task StopSharedServersAsync()
    {
        await Storage.PostgresServer.StopSharedAsync();
        await DocumentedServer.StopSharedAsync();
    }
}
