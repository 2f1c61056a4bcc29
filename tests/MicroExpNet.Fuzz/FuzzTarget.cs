namespace MicroExpNet.Fuzz;

/// <summary>One kind of input and the code that reads it.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name, for <c>--target</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Makes an input and reads it. Inputs that are refused as documented are no findings: any exception that leaves this method is.
    /// </summary>
    /// <param name="random">Decides the input.</param>
    /// <param name="input">What a finding keeps to be looked at: the file, or a description of it.</param>
    /// <returns>Whether the input was accepted.</returns>
    public abstract bool Try(Random random, out byte[] input);
}
