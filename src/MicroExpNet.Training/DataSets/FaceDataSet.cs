using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>Labelled faces in memory, in a fixed order, with an account of what was left out.</summary>
/// <param name="Name">What messages and tables call it: the path it was read from.</param>
/// <param name="Format">How it was laid out, e.g. <c>FER+</c> or <c>a folder for each class</c>.</param>
/// <param name="Labels">The classes' names in the order of <see cref="FaceSample.Label"/>: the eight expressions where all are such.</param>
/// <param name="Samples">The faces.</param>
/// <param name="LeftOut">What could not be used, and why.</param>
public sealed record FaceDataSet(
    string Name, string Format, ImmutableArray<string> Labels, ImmutableArray<FaceSample> Samples, ImmutableArray<LeftOut> LeftOut);
