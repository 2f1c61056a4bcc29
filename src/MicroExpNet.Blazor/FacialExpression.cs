namespace MicroExpNet.Blazor;

/// <summary>The eight expressions, with the numbers of the library's <c>MicroExpNet.Expression</c>.</summary>
public enum FacialExpression
{
    /// <summary>No expression.</summary>
    Neutral = 0,

    /// <summary>Anger.</summary>
    Anger = 1,

    /// <summary>Contempt.</summary>
    Contempt = 2,

    /// <summary>Disgust.</summary>
    Disgust = 3,

    /// <summary>Fear.</summary>
    Fear = 4,

    /// <summary>Happiness.</summary>
    Happy = 5,

    /// <summary>Sadness.</summary>
    Sadness = 6,

    /// <summary>Surprise.</summary>
    Surprise = 7,
}
