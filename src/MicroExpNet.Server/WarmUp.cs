using MicroExpNet.Vision;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server;

/// <summary>Loads the models and runs them once, so that the first client does not wait for it.</summary>
internal sealed class WarmUp(RecognitionService service) : BackgroundService
{
    private const int Side = 512;

    private volatile bool _isDone;

    /// <summary>Whether the models have run.</summary>
    public bool IsDone => _isDone;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using Photo photo = new(new byte[4 * Side * Side], Side, Side);
        using MemoryStream file = new();
        photo.Save(file, PhotoFormat.Jpeg);
        foreach (FaceSelection selection in new[] { FaceSelection.All, FaceSelection.Whole })
        {
            service.RecognizeUncounted(file.GetBuffer().AsSpan(0, (int)file.Length), "warm-up", selection);
        }

        service.CreateVideoRecognizer().Recognize(photo);
        _isDone = true;
    }
}
