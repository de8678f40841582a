// The options of the search.

using TinyGrepServer.Search;
using static TinyGrepServer.SettingValues;

namespace TinyGrepServer;

internal static partial class SettingOptions
{
    static IReadOnlyList<SettingOption> SearchOptions =>
    [
        Search.Option(
            "dicts", "FOLDER",
            "The folder to search; every regular file in it or below it is a dictionary. Default dicts.",
            FilePath, part => part.Folder, (part, value) => part with { Folder = value }),

        Search.Option(
            "default-dictionary", "NAME",
            "The dictionary the first API asks where none is named. Default quotes.txt, else the first of the folder.",
            Text, part => part.DefaultDictionary, (part, value) => part with { DefaultDictionary = value }),

        Search.Option(
            "watch", "auto|off",
            "How changes of the folder are noticed: auto asks the system to tell of them, where it can; off looks at the whole folder " +
            "for each question. Default auto.",
            OneOf<WatchMode>(), part => part.Watch, (part, value) => part with { Watch = value }),

        Search.Option(
            "engine", "grep|auto",
            "What answers a question: grep always, or auto: plain terms scanned in process, grep for the rest; the same answers. " +
            "Default grep.",
            OneOf<SearchEngine>(), part => part.Engine, (part, value) => part with { Engine = value }),

        Search.Option(
            "decode", "on|off",
            "Read CRLF, byte order marks, UTF-16 and gzip as a person does; off: the bytes as they are. The first API never does. " +
            "Default on.",
            Flag, part => part.Decode, (part, value) => part with { Decode = value }),

        Search.Option(
            "cache-bytes", "SIZE",
            "The most bytes of answers kept for repeated questions; 0 keeps none. Default 64MiB.",
            Size, part => part.CacheBytes, (part, value) => part with { CacheBytes = value }),

        Search.Option(
            "index-bytes", "SIZE",
            "The most bytes of memory for leaving out files that cannot match; 0: every file is searched. Default 256MiB.",
            Size, part => part.IndexBytes, (part, value) => part with { IndexBytes = value }),

        Search.Option(
            "answer-bytes", "SIZE",
            "Bytes after which an answer ends, with a cursor for the rest, at least 64KiB. Default 64MiB.",
            SizeFrom(64L << 10, "64KiB"), part => part.AnswerBytes, (part, value) => part with { AnswerBytes = value }),

        Search.Option(
            "max-searches", "N",
            "Searches that run at once, 1..10000. Default 4 per core.",
            Integer(1, 10_000), part => part.MaxSearches, (part, value) => part with { MaxSearches = value }),

        Search.Option(
            "queue", "N",
            "Searches that may wait for their turn, 0..1000000; one more gets 503. Default 1000.",
            Integer(0, 1_000_000), part => part.Queue, (part, value) => part with { Queue = value }),

        Search.Option(
            "max-follows", "N",
            "Clients that follow at once, 1..100000; one more gets 503. Default 100.",
            Integer(1, 100_000), part => part.MaxFollows, (part, value) => part with { MaxFollows = value }),

        Search.Option(
            "timeout", "DURATION",
            "How long a search may take, waiting for its turn included. Default 10s.",
            PositiveDuration, part => part.Timeout, (part, value) => part with { Timeout = value }),

        Search.Option(
            "search-memory", "SIZE",
            "Address space of one grep, at least 16MiB. Default 512MiB.",
            SizeFrom(16L << 20, "16MiB"), part => part.MemoryBytes, (part, value) => part with { MemoryBytes = value }),
    ];
}
