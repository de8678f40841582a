// Nothing can be opened for the time being. It says nothing about the file that was to be opened, so no cache may record it as missing or
// unreadable.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class NoDescriptorException()
    : IOException("No descriptor is left to open a file with.", ProcessLimits.NoDescriptorHere)
{
    public static bool IsMeantBy(int error) => ProcessLimits.IsNoDescriptor(error);
}
