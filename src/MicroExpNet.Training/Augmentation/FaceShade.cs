namespace MicroExpNet.Training.Augmentation;

/// <summary>How grey values of a face are changed.</summary>
/// <param name="Gain">They are multiplied by this.</param>
/// <param name="Bias">Then this is added.</param>
/// <param name="Darkest">Minimum value of the result.</param>
/// <param name="Lightest">Maximum value of the result.</param>
/// <param name="Adds">Whether the result is added to the values already there, as for blended faces.</param>
internal readonly record struct FaceShade(float Gain, float Bias, float Darkest, float Lightest, bool Adds);
