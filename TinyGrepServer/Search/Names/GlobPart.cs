// A glob between two slashes: characters, '?' for one, '*' for any number, [abc], [a-z], [!abc] for one of a set. A backslash escapes the
// next character; a '[' without its ']' is a literal.

namespace TinyGrepServer.Search;

internal sealed class GlobPart
{
    readonly Token[] tokens;
    readonly int min; // letters that a fitting text has at least
    readonly string prefix; // and those it begins and ends with, which most texts do not
    readonly string suffix;

    public GlobPart(string pattern)
    {
        IsAnyParts = pattern == "**";
        tokens = [.. Read(pattern)];
        min = tokens.Count(token => !token.IsMany);
        prefix = Letters(tokens.TakeWhile(token => token.Kind == TokenKind.Letter));
        suffix = Letters(tokens.Reverse().TakeWhile(token => token.Kind == TokenKind.Letter).Reverse());
    }

    /// <summary>Whether it is <c>**</c>, which stands for whole parts.</summary>
    public bool IsAnyParts { get; }

    /// <summary>Whether a text without slashes fits.</summary>
    public bool Fits(ReadOnlySpan<char> text)
    {
        if (text.Length < min || !text.StartsWith(prefix) || !text.EndsWith(suffix)) return false;
        var (token, at) = (0, 0);
        var (star, retry) = (-1, 0);
        while (at < text.Length)
        {
            if (token < tokens.Length && tokens[token].IsMany)
            {
                (star, retry) = (token++, at);
                if (token == tokens.Length) return true;
            }
            else if (token < tokens.Length && tokens[token].Take(text[at..]) is > 0 and var taken)
            {
                (token, at) = (token + 1, at + taken);
            }
            else
            {
                if (star < 0) return false;
                (token, at) = (star + 1, ++retry);
            }
        }
        while (token < tokens.Length && tokens[token].IsMany) token++;
        return token == tokens.Length;
    }

    static string Letters(IEnumerable<Token> tokens) => string.Concat(tokens.Select(token => token.Letter));

    static IEnumerable<Token> Read(string pattern)
    {
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '*':
                    while (at + 1 < pattern.Length && pattern[at + 1] == '*') at++; // two of them say no more than one
                    yield return new Token(TokenKind.Many);
                    break;
                case '?':
                    yield return new Token(TokenKind.One);
                    break;
                case '[' when ReadSet(pattern, at) is { } set:
                    yield return set.Token;
                    at = set.Last;
                    break;
                case '\\' when at + 1 < pattern.Length:
                    yield return new Token(TokenKind.Letter, pattern[++at]);
                    break;
                default:
                    yield return new Token(TokenKind.Letter, pattern[at]);
                    break;
            }
        }
    }

    static (Token Token, int Last)? ReadSet(string pattern, int open)
    {
        var first = open + 1;
        var isNegated = first < pattern.Length && pattern[first] is '!' or '^';
        if (isNegated) first++;
        List<(char Low, char High)> ranges = [];
        for (var at = first; at < pattern.Length; at++)
        {
            if (pattern[at] == ']' && at > first)
                return (new Token(isNegated ? TokenKind.NoneOf : TokenKind.OneOf, Ranges: [.. ranges]), at);
            if (pattern[at] == '\\' && at + 1 < pattern.Length) at++;
            var low = pattern[at];
            if (at + 2 < pattern.Length && pattern[at + 1] == '-' && pattern[at + 2] != ']') at += 2;
            ranges.Add((low, pattern[at]));
        }
        return null;
    }

    enum TokenKind
    {
        Letter,
        One,
        Many,
        OneOf,
        NoneOf,
    }

    readonly record struct Token(TokenKind Kind, char Letter = '\0', (char Low, char High)[]? Ranges = null)
    {
        public bool IsMany => Kind == TokenKind.Many;

        /// <summary>How many UTF-16 units of the text it takes; 0: it does not fit.</summary>
        public int Take(ReadOnlySpan<char> text) => Kind switch
        {
            TokenKind.Letter => text[0] == Letter ? 1 : 0,
            TokenKind.One => LengthOfFirst(text),
            TokenKind.OneOf => IsInSet(text[0]) ? 1 : 0,
            _ => IsInSet(text[0]) ? 0 : LengthOfFirst(text),
        };

        static int LengthOfFirst(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

        bool IsInSet(char letter)
        {
            foreach (var (low, high) in Ranges!)
            {
                if (letter >= low && letter <= high) return true;
            }
            return false;
        }
    }
}
