// Passwords are kept as PBKDF2-SHA256 with 600,000 rounds (OWASP's figure), which takes a fifth of a second of one core on
// purpose. So only as many run at once as there are cores, and only a few may wait: guessing must not stop the server.

using System.Security.Cryptography;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

/// <summary>What is kept of a password.</summary>
internal sealed record PasswordHash(byte[] Salt, byte[] Hash, int Rounds);

internal sealed class Passwords : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 1_024;
    const int Rounds = 600_000;
    const int MaxWaiting = 32;

    /// <summary>Compared with where there is no such user, so that both cost the same time.</summary>
    static readonly PasswordHash Nobody = new(new byte[16], new byte[32], Rounds);

    readonly SemaphoreSlim cores = new(Environment.ProcessorCount);
    int waiting;

    public static PasswordHash Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new PasswordHash(salt, Derive(password, salt, Rounds), Rounds);
    }

    /// <summary>Whether it is the password; null is nobody's, and takes as long.</summary>
    /// <exception cref="ApiError">503: too many log-ins at once.</exception>
    public async Task<bool> IsRightAsync(string password, PasswordHash? known, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw ApiError.Unavailable("Too many log-in attempts at once.");
        }
        try
        {
            await cores.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(() => Matches(password, known ?? Nobody), CancellationToken.None) && known is not null;
            }
            finally
            {
                cores.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => cores.Dispose();

    static bool Matches(string password, PasswordHash known) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, known.Salt, known.Rounds), known.Hash);

    static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, 32);
}
