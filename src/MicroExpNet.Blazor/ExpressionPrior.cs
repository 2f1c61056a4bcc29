namespace MicroExpNet.Blazor;

/// <summary>How common the expressions are taken to be.</summary>
public enum ExpressionPrior
{
    /// <summary>As common as among the training faces: mostly neutral and happy.</summary>
    Natural = 0,

    /// <summary>All equally common.</summary>
    Uniform = 1,
}
