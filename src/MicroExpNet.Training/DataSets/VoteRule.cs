namespace MicroExpNet.Training.DataSets;

/// <summary>Which faces of a data set with crowd votes are used. Single votes are dropped first, as FER+'s authors do.</summary>
public enum VoteRule
{
    /// <summary>Faces for which one of the eight expressions has more than half of the remaining votes: the protocol of FER+'s
    /// figures.</summary>
    Majority,

    /// <summary>Faces with a remaining vote for one of the eight expressions. The label is the expression with the most votes.</summary>
    Any,
}
