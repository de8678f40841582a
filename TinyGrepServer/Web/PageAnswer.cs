// What a page shows: the data it asked for, or the refusal instead, with the refusal's status. A page never answers with an error body,
// because a person reads it.

using System.Text.Json.Serialization.Metadata;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

/// <param name="Status">Of the page.</param>
/// <param name="Problem">Why there is no content; null: there is, or none was asked for.</param>
/// <param name="Content">What was asked for.</param>
internal sealed record PageAnswer<T>(int Status, string? Problem, T? Content)
    where T : class
{
    /// <summary>Nothing was asked for.</summary>
    public static PageAnswer<T> None { get; } = new(200, null, null);

    public static async Task<PageAnswer<T>> OfAsync(Func<Task<Reply>> ask, JsonTypeInfo<T> type)
    {
        try
        {
            return new(200, null, await Sources.ReadAsync(await ask(), type));
        }
        catch (ApiError refused)
        {
            return new(refused.Status, refused.Message, null);
        }
    }
}
