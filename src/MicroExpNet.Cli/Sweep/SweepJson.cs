using System.Text.Json.Serialization;
using MicroExpNet.Training;

namespace MicroExpNet.Cli.Sweep;

/// <summary>How a sweep's settings become JSON, without reflection.</summary>
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class SweepJson : JsonSerializerContext;
