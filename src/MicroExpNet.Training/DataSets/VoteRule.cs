namespace MicroExpNet.Training.DataSets;

/// <summary>Which faces of a data set with crowd votes are used. Votes that stand alone are dropped first, as FER+'s authors do.</summary>
public enum VoteRule
{
    /// <summary>Only faces for which one of the eight expressions has more than half of the remaining votes; the protocol of FER+'s figures.</summary>
    Majority,

    /// <summary>All faces with a vote left for one of the eight expressions; the label is the one with the most.</summary>
    Any,
}
