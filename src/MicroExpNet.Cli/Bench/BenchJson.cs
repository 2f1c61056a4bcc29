using System.Text.Encodings.Web;
using System.Text.Json;

namespace MicroExpNet.Cli.Bench;

/// <summary>The report as one JSON object. Times are in milliseconds, memory in bytes, shares 0 to 1.</summary>
internal static class BenchJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it.</summary>
    /// <param name="report">What was measured.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(BenchReport report, Stream stream)
    {
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            Write(json, report.Machine);
            json.WriteStartArray("kernel");
            foreach (KernelRow row in report.Kernel) Write(json, row);
            json.WriteEndArray();
            WritePhoto(json, report);
            json.WriteStartArray("video");
            foreach (VideoRow row in report.Video) Write(json, row);
            json.WriteEndArray();
            json.WriteStartArray("film");
            foreach (FilmRow row in report.Films) Write(json, row);
            json.WriteEndArray();
            Write(json, report.Folder);
            json.WriteNumber("peakWorkingSet", report.PeakWorkingSet);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
        stream.Flush();
    }

    private static void Write(Utf8JsonWriter json, Machine machine)
    {
        json.WriteStartObject("machine");
        json.WriteString("processor", machine.Processor);
        json.WriteNumber("cores", machine.Cores);
        json.WriteString("instructionSet", machine.InstructionSet);
        json.WriteString("runtime", machine.Runtime);
        json.WriteString("system", machine.System);
        json.WriteString("jpegDecoder", machine.JpegDecoder);
        json.WriteString("onnxRuntime", machine.OnnxRuntime);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, KernelRow row)
    {
        json.WriteStartObject();
        json.WriteString("network", row.Network);
        json.WriteNumber("batch", row.Batch);
        json.WriteNumber("threads", row.Threads);
        json.WriteBoolean("cold", row.Cold);
        Write(json, row.Own);
        if (row is { Peer: { } peer, TimesAsFast: { } times })
        {
            json.WriteStartObject("onnxRuntime");
            Write(json, peer);
            json.WriteEndObject();
            json.WriteNumber("timesAsFast", Math.Round(times, 3));
        }
        else
        {
            json.WriteNull("onnxRuntime");
            json.WriteNull("timesAsFast");
        }

        json.WriteEndObject();
    }

    private static void WritePhoto(Utf8JsonWriter json, BenchReport report)
    {
        json.WriteStartObject("photo");
        json.WriteString("file", report.PhotoName);
        json.WriteNumber("width", report.PhotoWidth);
        json.WriteNumber("height", report.PhotoHeight);
        json.WriteNumber("faces", report.PhotoFaces);
        json.WriteNumber("minFace", report.MinFace);
        json.WriteStartArray("stages");
        foreach (PhotoStage stage in report.Photo)
        {
            json.WriteStartObject();
            json.WriteString("stage", stage.Name);
            Write(json, stage.Time);
            json.WriteNumber("share", Math.Round(stage.Share, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, VideoRow row)
    {
        json.WriteStartObject();
        json.WriteNumber("width", row.Width);
        json.WriteNumber("height", row.Height);
        json.WriteNumber("faces", row.Faces);
        json.WriteNumber("threads", row.Threads);
        Write(json, row.Time);
        json.WriteNumber("facesRecognized", Math.Round(row.Recognized, 2));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FilmRow row)
    {
        json.WriteStartObject();
        json.WriteNumber("width", row.Width);
        json.WriteNumber("height", row.Height);
        json.WriteNumber("frames", row.Frames);
        json.WriteNumber("decodePerSecond", Math.Round(row.DecodePerSecond, 1));
        json.WriteNumber("tablePerSecond", Math.Round(row.TablePerSecond, 1));
        json.WriteNumber("share", Math.Round(row.Share, 4));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FolderResult folder)
    {
        json.WriteStartObject("folder");
        json.WriteNumber("photos", folder.Photos);
        json.WriteNumber("threads", folder.Threads);
        json.WriteStartObject("decodeAndDetect");
        Write(json, folder.DecodeAndDetect);
        json.WriteEndObject();
        json.WriteStartObject("predict");
        Write(json, folder.Predict);
        json.WriteEndObject();
        json.WriteNumber("share", Math.Round(folder.Share, 4));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Timing time)
    {
        json.WriteNumber("perSecond", Math.Round(time.PerSecond, 1));
        json.WriteNumber("median", Math.Round(time.Median, 4));
        json.WriteNumber("percentile99", Math.Round(time.Percentile99, 4));
        json.WriteNumber("allocated", Math.Round(time.Allocated));
    }
}
