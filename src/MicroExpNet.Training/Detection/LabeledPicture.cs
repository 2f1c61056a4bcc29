using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>A picture and the faces in it.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Image">Its grey values.</param>
/// <param name="Faces">All its faces; empty where it has none.</param>
public sealed record LabeledPicture(string Name, GrayImage Image, ImmutableArray<PlacedFace> Faces);
