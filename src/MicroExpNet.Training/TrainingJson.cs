using System.Text.Json.Serialization;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training;

/// <summary>How settings and labels become JSON and come from it, without reflection.</summary>
[JsonSerializable(typeof(TrainingSettings))]
[JsonSerializable(typeof(DetectorTrainingSettings))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class TrainingJson : JsonSerializerContext;
