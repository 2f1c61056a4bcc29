using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Cli.Evaluate;

/// <summary>An evaluation as one JSON object: the figures for the prior asked for, then the summary of each prior.</summary>
internal static class EvaluationJson
{
    public static void Write(
        Stream output, string model, FaceDataSet data, IReadOnlyList<(ClassPrior Prior, EvaluationResult Result)> results,
        IReadOnlyList<(string Change, EvaluationResult Result)> moved, IReadOnlyList<GroupResult> groups, double imagesPerSecond)
    {
        using (Utf8JsonWriter writer = new(
            output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            EvaluationResult result = results[0].Result;
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteString("data", data.Name);
            writer.WriteString("prior", results[0].Prior.Name);
            WriteSummary(writer, result);
            writer.WriteNumber("imagesPerSecond", Math.Round(imagesPerSecond));
            writer.WriteStartArray("perClass");
            foreach (ClassMetrics scores in result.PerClass)
            {
                writer.WriteStartObject();
                writer.WriteString("label", scores.Label);
                writer.WriteNumber("samples", scores.Samples);
                writer.WriteNumber("precision", scores.Precision);
                writer.WriteNumber("recall", scores.Recall);
                writer.WriteNumber("f1", scores.F1);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("confusion");
            foreach (var row in result.Confusion)
            {
                writer.WriteStartArray();
                foreach (int count in row) writer.WriteNumberValue(count);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            WriteSummaries(writer, "priors", results.Select(one => (one.Prior.Name, one.Result)));
            if (moved.Count > 0) WriteSummaries(writer, "moved", moved);
            if (groups.Count > 0) WriteGroups(writer, groups, result.Accuracy);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteGroups(Utf8JsonWriter writer, IReadOnlyList<GroupResult> groups, double whole)
    {
        writer.WriteStartObject("groups");
        foreach (GroupResult group in groups)
        {
            writer.WriteStartObject(group.Group);
            writer.WriteNumber("samples", group.Faces);
            writer.WriteNumber("accuracy", group.Share);
            writer.WriteNumber("low", group.Interval.Low);
            writer.WriteNumber("high", group.Interval.High);
            writer.WriteBoolean("fallsBehind", group.FallsBehind(whole));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteSummaries(Utf8JsonWriter writer, string name, IEnumerable<(string Name, EvaluationResult Result)> results)
    {
        writer.WriteStartObject(name);
        foreach ((string key, EvaluationResult result) in results)
        {
            writer.WriteStartObject(key);
            WriteSummary(writer, result);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter writer, EvaluationResult result)
    {
        writer.WriteNumber("accuracy", result.Accuracy);
        writer.WriteNumber("meanRecall", result.MeanRecall);
        writer.WriteNumber("macroF1", result.MacroF1);
        writer.WriteNumber("samples", result.Samples);
        writer.WriteNumber("expectedCalibrationError", result.ExpectedCalibrationError);
    }
}
