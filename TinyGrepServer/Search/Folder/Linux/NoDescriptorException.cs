// Nothing can be opened for the time being. It says nothing of what was to be opened: whoever remembers what was found there must not
// take it for missing or unreadable.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class NoDescriptorException()
    : IOException("No descriptor is left to open a file with.", ProcessLimits.NoDescriptorHere)
{
    public static bool IsMeantBy(int error) => ProcessLimits.IsNoDescriptor(error);
}
