using System.Runtime.InteropServices;

namespace MicroExpNet.Detection;

/// <summary>The candidates of one search.</summary>
internal sealed class CandidateList
{
    private readonly List<Candidate> _candidates = [];

    /// <summary>Number of candidates.</summary>
    public int Count => _candidates.Count;

    /// <summary>A candidate.</summary>
    public ref Candidate this[int index] => ref Span[index];

    /// <summary>All candidates; valid until one is added or removed.</summary>
    public Span<Candidate> Span => CollectionsMarshal.AsSpan(_candidates);

    /// <summary>Adds a candidate.</summary>
    public void Add(in Candidate candidate) => _candidates.Add(candidate);

    /// <summary>Removes all candidates.</summary>
    public void Clear() => _candidates.Clear();

    /// <summary>
    /// Non-maximum suppression: merges the candidates of one face into the one with the highest logit, removes faces below a logit, and
    /// sorts the others by their logit, highest first.
    /// </summary>
    /// <param name="minLogit">The logit that a face's highest candidate must reach.</param>
    /// <param name="keepsInner">Whether a candidate that lies mostly inside another one stays.</param>
    public void SuppressNonMaxima(float minLogit, bool keepsInner = false)
    {
        _candidates.Sort(static (a, b) => b.Logit.CompareTo(a.Logit));
        Span<Candidate> all = Span;
        int kept = 0;
        foreach (Candidate candidate in all)
        {
            int same = 0;
            while (same < kept && !(candidate.IsSameFace(all[same]) || (!keepsInner && candidate.IsInside(all[same])))) same++;
            if (same < kept) all[same] = all[same].MergedWith(candidate);
            else if (candidate.Logit >= minLogit) all[kept++] = candidate;
        }

        _candidates.RemoveRange(kept, _candidates.Count - kept);
    }

    /// <summary>Removes the candidates whose centre lies in one of the boxes.</summary>
    public void RemoveCentredIn(ReadOnlySpan<FaceBox> boxes)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            foreach (FaceBox box in boxes)
            {
                if (!this[i].HasCentreIn(box)) continue;
                _candidates.RemoveAt(i);
                break;
            }
        }
    }

    /// <summary>Sorts by size, the largest first; equal sizes from top to bottom, then from left to right.</summary>
    public void SortBySize() => _candidates.Sort(static (a, b) => (b.Width, a.Y, a.X).CompareTo((a.Width, b.Y, b.X)));
}
