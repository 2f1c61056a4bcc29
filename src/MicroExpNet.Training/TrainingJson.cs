using System.Text.Json.Serialization;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training;

/// <summary>Reads and writes options and labels as JSON, without reflection.</summary>
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(DetectorTrainingOptions))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class TrainingJson : JsonSerializerContext;
