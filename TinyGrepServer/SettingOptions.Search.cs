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
            "The dictionary the first API searches when a request names none. Default quotes.txt, else the first of the folder.",
            Text, part => part.DefaultDictionary, (part, value) => part with { DefaultDictionary = value }),

        Search.Option(
            "watch", "auto|off",
            "How changes in the folder are noticed: auto has the system report them where it can; off checks the whole folder for each " +
            "search. Default auto.",
            OneOf<WatchMode>(), part => part.Watch, (part, value) => part with { Watch = value }),

        Search.Option(
            "engine", "grep|auto",
            "What runs a search: grep always, or auto: plain terms are scanned in process, the rest goes to grep; the answers are the " +
            "same. Default grep.",
            OneOf<SearchEngine>(), part => part.Engine, (part, value) => part with { Engine = value }),

        Search.Option(
            "decode", "on|off",
            "Decode CRLF, byte order marks, UTF-16 and gzip; off: search the bytes as they are. The first API never decodes. Default on.",
            Flag, part => part.Decode, (part, value) => part with { Decode = value }),

        Search.Option(
            "cache-bytes", "SIZE",
            "The most memory for cached answers; 0 turns the cache off. Default 64MiB.",
            Size, part => part.CacheBytes, (part, value) => part with { CacheBytes = value }),

        Search.Option(
            "index-bytes", "SIZE",
            "The most memory for the index that rules out files without a match; 0: every file is searched. Default 256MiB.",
            Size, part => part.IndexBytes, (part, value) => part with { IndexBytes = value }),

        Search.Option(
            "answer-bytes", "SIZE",
            "Size at which an answer ends, with a cursor for the rest, at least 64KiB. Default 64MiB.",
            SizeFrom(64L << 10, "64KiB"), part => part.AnswerBytes, (part, value) => part with { AnswerBytes = value }),

        Search.Option(
            "max-searches", "N",
            "Searches that run at once, 1..10000. Default 4 per core.",
            Integer(1, 10_000), part => part.MaxSearches, (part, value) => part with { MaxSearches = value }),

        Search.Option(
            "queue", "N",
            "Searches that may wait for a turn, 0..1000000; one more gets 503. Default 1000.",
            Integer(0, 1_000_000), part => part.Queue, (part, value) => part with { Queue = value }),

        Search.Option(
            "max-follows", "N",
            "Clients that may follow at once, 1..100000; one more gets 503. Default 100.",
            Integer(1, 100_000), part => part.MaxFollows, (part, value) => part with { MaxFollows = value }),

        Search.Option(
            "timeout", "DURATION",
            "How long a search may take, including its wait for a turn. Default 10s.",
            PositiveDuration, part => part.Timeout, (part, value) => part with { Timeout = value }),

        Search.Option(
            "search-memory", "SIZE",
            "Address space of each grep, at least 16MiB. Default 512MiB.",
            SizeFrom(16L << 20, "16MiB"), part => part.MemoryBytes, (part, value) => part with { MemoryBytes = value }),
    ];
}
