// Nothing can be opened for the time being. It says nothing of what was to be opened: whoever remembers what was found there must not
// take it for missing or unreadable.

namespace TinyGrepServer.Search;

internal sealed class NoDescriptorException()
    : IOException("No descriptor is left to open a file with.", OfTheProcess) // where .NET itself puts an errno, too
{
    const int OfTheSystem = 23;  // ENFILE
    const int OfTheProcess = 24; // EMFILE

    public static bool IsMeantBy(int error) => error is OfTheSystem or OfTheProcess;
}
