using System.Diagnostics.Metrics;

namespace MicroExpNet.Server;

/// <summary>What the service counts, on the meter <c>MicroExpNet.Server</c>.</summary>
internal sealed class ServerMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MicroExpNet.Server";

    private readonly Counter<long> _pictures;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _faces;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _skipped;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments.</summary>
    public ServerMetrics(IMeterFactory factory, WorkGate gate, ByteBudget budget, StreamCount streams)
    {
        Meter meter = factory.Create(MeterName, ServerVersion.Value);
        _pictures = meter.CreateCounter<long>("microexpnet.pictures", "{picture}", "Pictures that were recognised.");
        _failed = meter.CreateCounter<long>("microexpnet.pictures.failed", "{picture}", "Pictures that could not be read.");
        _rejected = meter.CreateCounter<long>("microexpnet.rejected", "{request}", "Requests and streams that were refused with 429.");
        _faces = meter.CreateCounter<long>("microexpnet.faces", "{face}", "Faces that were recognised, in pictures and frames.");
        _frames = meter.CreateCounter<long>("microexpnet.frames", "{frame}", "Frames of streams that were answered.");
        _skipped = meter.CreateCounter<long>("microexpnet.frames.skipped", "{frame}", "Frames for which a newer one came too soon.");
        _duration = meter.CreateHistogram<double>(
            "microexpnet.work.duration", "s", "Time to decode and recognise a picture or frame, without waiting.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4],
            });

        // An alert on a count that is not there yet would never come.
        foreach (Counter<long> counter in new[] { _pictures, _failed, _rejected, _faces, _frames, _skipped }) counter.Add(0);
        meter.CreateObservableGauge("microexpnet.queue", () => gate.Waiting, "{request}", "Requests that wait for a worker.");
        meter.CreateObservableGauge("microexpnet.busy", () => gate.Busy, "{worker}", "Workers that decode or recognise.");
        meter.CreateObservableGauge("microexpnet.buffered", () => budget.Used, "By", "Bytes of bodies and frames that are held.");
        meter.CreateObservableGauge("microexpnet.streams", () => streams.Value, "{stream}", "Streams that are open.");
    }

    /// <summary>Counts a picture that was recognised.</summary>
    public void PictureDone(TimeSpan work, int faces)
    {
        _pictures.Add(1);
        _faces.Add(faces);
        _duration.Record(work.TotalSeconds);
    }

    /// <summary>Counts a picture that could not be read.</summary>
    public void PictureFailed() => _failed.Add(1);

    /// <summary>Counts a request or stream that was refused because there were too many.</summary>
    public void Rejected() => _rejected.Add(1);

    /// <summary>Counts a frame that was answered.</summary>
    public void FrameDone(TimeSpan work, int faces)
    {
        _frames.Add(1);
        _faces.Add(faces);
        _duration.Record(work.TotalSeconds);
    }

    /// <summary>Counts a frame for which a newer one came before it was worked on.</summary>
    public void FrameSkipped() => _skipped.Add(1);
}
