namespace MicroExpNet.Cli;

/// <summary>What somebody who mistyped a word may have meant.</summary>
internal static class Suggestion
{
    private const int MaxEdits = 2;

    /// <summary>The known word that is closest to another one, as the end of a message; empty where none is close.</summary>
    /// <param name="word">The unknown word.</param>
    /// <param name="known">The known ones.</param>
    public static string For(string word, IEnumerable<string> known)
    {
        (string Word, int Edits)[] close =
        [
            .. known.Select(one => (Word: one, Edits: Edits(word, one)))
                .Where(one =>
                    one.Edits <= Math.Min(MaxEdits, one.Word.Length / 2)
                    || (word.Length >= 3 && one.Word.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(one => one.Edits),
        ];
        return close is [var best, ..] ? $"; did you mean {best.Word}?" : "";
    }

    // Damerau and Levenshtein's: letters that are added, missing, wrong or swapped with their neighbour.
    private static int Edits(string from, string to)
    {
        int[,] edits = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++) edits[i, 0] = i;
        for (int j = 0; j <= to.Length; j++) edits[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int wrong = char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1;
                edits[i, j] = Math.Min(Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, edits[i - 1, j - 1] + wrong);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
