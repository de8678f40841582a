// The list of dictionaries, and each of them as a file, with ETag and Range.

using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class DictionariesApi(
    DictionaryFolder folder, DefaultDictionary defaultDictionary, LineIndexes indexes, TimeProvider time)
{
    const int DefaultLimit = 1_000;
    const int MaxLimit = 10_000;

    /// <summary>Counting the lines of a file up to this size takes no noticeable time.</summary>
    const int QuicklyCounted = 1 << 20;

    static readonly Parameter[] Paging =
    [
        new("folder", "Only what is directly in this folder, with the names of its subfolders; empty: the top folder. Absent: all levels."),
        new("dictionary", "As in a search: a name, a folder, a glob, or with ! an exclusion; may be repeated. Lists skipped ones too.",
            "string[]"),
        new("form", "Only those of this form; may be repeated.", "string[]", OneOf: DictionaryReply.Forms),
        new("skipped", "true: only those that a search of everything leaves out; false: only the others. Default: both.", "boolean"),
        new("quick", "true: does not count the lines of files over 1 MiB; a count that is not known yet is null. Default false.",
            "boolean"),
        new("limit", "Dictionaries per page, 1..10,000. Default 1,000.", "integer", Min: 1, Max: MaxLimit),
        new("cursor", "The 'next' of an earlier page: continues there."),
    ];

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/api/v1/dictionaries", AnswerAsync)
        {
            Group = "Dictionaries",
            Chapter = "docs/inside/catalogue.md",
            Summary = "The dictionaries: name, bytes, lines, time of the last change, form, and why one is skipped; in pages.",
            Parameters = Paging,
            ReplyType = SearchJson.Plain.DictionaryList,
            Statuses = [200, 404],
            Example = "-s {url}/api/v1/dictionaries",
        },
        new("GET", "/api/v1/dictionaries/{*name}", FileAsync)
        {
            Group = "Dictionaries",
            Chapter = "docs/inside/catalogue.md",
            Summary = "A dictionary's bytes, with ETag and Range.",
            Parameters =
            [
                new("name", "The dictionary's name: its path in the folder.", Required: true),
                new("Range", "The bytes wanted, such as bytes=0-99. Default: all.", IsHeader: true),
            ],
            ReplyContentTypes = ["text/plain"],
            Statuses = [200, 206, 304, 403, 416],
            Example = "-s -r 0-99 {url}/api/v1/dictionaries/http-status.txt",
        },
    ];

    async Task<Reply> AnswerAsync(Exchange exchange, CancellationToken cancellationToken) =>
        Reply.Json(await ListAsync(exchange.Query, cancellationToken), SearchJson.Plain.DictionaryList);

    /// <summary>A page of the list; also for calls without HTTP. A pattern that matches nothing is not refused here.</summary>
    /// <param name="query">The parameters of the route.</param>
    /// <exception cref="ApiError">400: a parameter; 404: no such folder; 503: the folder cannot be read now.</exception>
    public async Task<DictionaryList> ListAsync(
        IReadOnlyList<(string Name, string Value)> query, CancellationToken cancellationToken)
    {
        var given = QueryParameters.Read(query, Paging);
        var limit = given.Integer("limit", 1, MaxLimit) ?? DefaultLimit;
        var patterns = NamePatterns.Compile(given.All("dictionary"), name => folder.Find(name) is not null);
        var skipped = given.Flag("skipped");
        List<string?> forms = [.. given.All("form").Select(form => ValueRules.OneOf(form, DictionaryReply.Forms, "form"))];
        var snapshot = await folder.LookAsync(cancellationToken);
        if (forms.Count > 0 || skipped is not null) snapshot.Sniff();
        var page = DictionaryPage.Of(snapshot.All, IsAsked, given.Text("folder"), given.Text("cursor"), limit);
        List<DictionaryReply> replies = [];
        var max = given.Flag("quick") ?? false ? QuicklyCounted : long.MaxValue;
        foreach (var listed in page.Files) replies.Add(await DescribeAsync(listed, max, cancellationToken));
        return new DictionaryList
        {
            Dictionaries = replies,
            Folders = page.Folders,
            Default = defaultDictionary.Name,
            Total = page.Total,
            Next = page.Next,
        };

        bool IsAsked(ListedFile listed) =>
            patterns.Take(listed.Name, isSkipped: false)
            && (skipped is null || listed.Skipped is not null == skipped)
            && (forms.Count == 0 || forms.Contains(FormOf(listed)));
    }

    /// <summary>Null where it cannot be read.</summary>
    static string? FormOf(ListedFile listed) =>
        listed is { File: { } file, Skipped: not DictionaryFile.Unreadable } && file.Form is { } form ? DictionaryReply.NameOf(form) : null;

    /// <param name="maxCounted">A file of more bytes is not counted for this.</param>
    async Task<DictionaryReply> DescribeAsync(ListedFile listed, long maxCounted, CancellationToken cancellationToken)
    {
        var isReadable = listed is { File: not null, Skipped: not DictionaryFile.Unreadable };
        return new DictionaryReply
        {
            Name = listed.Name,
            Bytes = listed.File?.Version.Length ?? 0,
            Lines = isReadable ? await LinesAsync(listed.File!, maxCounted, cancellationToken) : null,
            Modified = listed.File?.Version.ModifiedAt,
            Form = FormOf(listed),
            Skipped = listed.Skipped,
        };
    }

    /// <summary>Where a pass has read the file as a text, its lines have been counted already.</summary>
    async ValueTask<long?> LinesAsync(DictionaryFile file, long maxCounted, CancellationToken cancellationToken) =>
        file.Facts is { Form: not TextForm.Binary } facts ? facts.Lines
        : file.Version.Length <= maxCounted ? (await indexes.OfAsync(file, cancellationToken))?.Total
        : null;

    /// <summary>Tag, length and bytes are those of one open file, whatever takes its place meanwhile.</summary>
    Task<Reply> FileAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var name = exchange.RouteValue("name");
        var found = folder.Find(name) ?? throw Refusals.NoSuchDictionary(name);
        var handle = Open(found);
        try
        {
            return Task.FromResult(FileReply(found.As(handle), handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>A file may change at any moment, so a copy is asked for again before it is shown: no-cache.</summary>
    Reply FileReply(DictionaryFile file, SafeFileHandle handle) => new()
    {
        ContentType = "text/plain; charset=utf-8",
        Headers =
        [
            ("Cache-Control", "no-cache"),
            ("Last-Modified", HttpDate.Format(file.Version.ModifiedAt)),
            .. file.Version.IsSettled(time.GetUtcNow()) ? new[] { ("ETag", Tag(file.Version)) } : [],
        ],
        Stream = Part(handle, 0, file.Version.Length),
        StreamLength = file.Version.Length,
        StreamPart = (first, length) => Part(handle, first, length),
        Owner = new Opened(handle),
    };

    static SafeFileHandle Open(DictionaryFile file)
    {
        try
        {
            return file.Open();
        }
        catch (UnauthorizedAccessException)
        {
            throw Refusals.Unreadable(file.Name);
        }
        catch (IOException gone) when (gone is not NoDescriptorException)
        {
            throw ApiError.NotFound($"The dictionary '{file.Name}' has just been deleted.");
        }
    }

    static BodyStream Part(SafeFileHandle handle, long first, long length) =>
        (output, stopping) => CopyAsync(handle, first, length, output, stopping);

    /// <summary>Sends what was promised; a file that has become shorter meanwhile cuts the reply.</summary>
    static async Task CopyAsync(SafeFileHandle file, long first, long length, Stream output, CancellationToken stopping)
    {
        var buffer = new byte[64 << 10];
        while (length > 0)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length)), first);
            if (read == 0) return;
            await output.WriteAsync(buffer.AsMemory(0, read), stopping);
            first += read;
            length -= read;
        }
    }

    static string Tag(FileVersion version) =>
        $"\"{version.Length:x}-{version.Modified:x}-{version.Changed:x}-{version.Inode:x}\"";

    sealed class Opened(SafeFileHandle handle) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            handle.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
