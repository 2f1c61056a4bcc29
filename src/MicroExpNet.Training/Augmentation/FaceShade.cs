namespace MicroExpNet.Training.Augmentation;

/// <summary>What becomes of a face's grey values.</summary>
/// <param name="Gain">They are multiplied by this.</param>
/// <param name="Bias">Then this is added.</param>
/// <param name="Darkest">Least value.</param>
/// <param name="Lightest">Greatest value.</param>
/// <param name="Adds">Whether the result is added to what is there, as for blended faces.</param>
internal readonly record struct FaceShade(float Gain, float Bias, float Darkest, float Lightest, bool Adds);
