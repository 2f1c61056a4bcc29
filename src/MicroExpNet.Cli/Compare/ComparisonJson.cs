using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Cli.Compare;

/// <summary>Comparisons as one JSON object.</summary>
internal static class ComparisonJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the object.</summary>
    /// <param name="all">All faces.</param>
    /// <param name="groups">Each group.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(Comparison all, IReadOnlyList<Comparison> groups, Stream stream)
    {
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("a", all.A.Name);
            json.WriteString("b", all.B.Name);
            Write(json, all);
            json.WriteStartArray("groups");
            foreach (Comparison group in groups)
            {
                json.WriteStartObject();
                json.WriteString("group", group.Name);
                Write(json, group);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
        stream.Flush();
    }

    private static void Write(Utf8JsonWriter json, Comparison one)
    {
        json.WriteNumber("facesA", one.A.Faces.Count);
        json.WriteNumber("facesB", one.B.Faces.Count);
        json.WriteStartArray("expressions");
        for (int i = 0; i < one.Classes.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("expression", one.Classes[i]);
            WriteShare(json, "A", one.A, one.CountsA, i);
            WriteShare(json, "B", one.B, one.CountsB, i);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("stabilityIndex", one.StabilityIndex);
        json.WriteNumber("stabilityIndexByChance", one.ByChance);
        json.WriteNumber("jensenShannon", one.JensenShannon);
        json.WriteStartArray("numbers");
        foreach ((string name, double a, double b, double index, double byChance) in one.Numbers)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("medianA", a);
            json.WriteNumber("medianB", b);
            json.WriteNumber("stabilityIndex", index);
            json.WriteNumber("stabilityIndexByChance", byChance);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteCalibration(json, "calibrationA", FaceCalibration.Of(one.A.Faces));
        WriteCalibration(json, "calibrationB", FaceCalibration.Of(one.B.Faces));
    }

    private static void WriteShare(Utf8JsonWriter json, string side, ComparedFaces faces, IReadOnlyList<double> counts, int index)
    {
        json.WriteNumber("share" + side, counts[index] / counts.Sum());
        if (faces.Shares is not null) return;
        WilsonInterval interval = WilsonInterval.Of((int)counts[index], faces.Faces.Count);
        json.WriteNumber("low" + side, interval.Low);
        json.WriteNumber("high" + side, interval.High);
    }

    private static void WriteCalibration(Utf8JsonWriter json, string name, FaceCalibration? calibration)
    {
        if (calibration is null) return;
        WilsonInterval interval = WilsonInterval.Of(calibration.Right, calibration.Faces);
        json.WriteStartObject(name);
        json.WriteNumber("faces", calibration.Faces);
        json.WriteNumber("accuracy", (double)calibration.Right / calibration.Faces);
        json.WriteNumber("low", interval.Low);
        json.WriteNumber("high", interval.High);
        if (calibration.Error is { } error) json.WriteNumber("calibrationError", error);
        json.WriteEndObject();
    }
}
