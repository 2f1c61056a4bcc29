namespace MicroExpNet.Cli.Tests.Label;

/// <summary>How an object store of a test differs from Amazon's, or fails. The pictures are the objects below <c>in/</c>.</summary>
public enum ObjectServerFault
{
    /// <summary>Knows no conditions, and says so: 501.</summary>
    NoConditions,

    /// <summary>Takes a condition for a wrong argument: 400.</summary>
    UnknownConditions,

    /// <summary>Answers in chunks, without a length.</summary>
    NoLengths,

    /// <summary>Answers a range of an object with the whole of it.</summary>
    NoRanges,

    /// <summary>The first answer of each object, or range of one, breaks off in the middle.</summary>
    BreaksOffOnce,

    /// <summary>All answers of objects called <c>broken</c> break off.</summary>
    BreaksOff,

    /// <summary>Answers 500 for objects called <c>broken</c>.</summary>
    FailsForOne,

    /// <summary>Answers 503 for all pictures.</summary>
    Overloaded,

    /// <summary>The keys have expired when the pictures are read.</summary>
    ExpiredKeys,

    /// <summary>The user is suspended when pictures and archives are read; answers have codes and no messages.</summary>
    Suspended,

    /// <summary>Answers with nothing.</summary>
    Empty,

    /// <summary>Is slow with objects called <c>broken</c>.</summary>
    IsSlow,

    /// <summary>Is no object store: everything is a web page.</summary>
    WebPage,
}
