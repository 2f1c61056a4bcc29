using System.Diagnostics;
using System.Runtime.CompilerServices;
using MicroExpNet.Files;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>
/// Recognises many pictures on several threads and returns the results in the order of the inputs. It works at most a few pictures ahead,
/// so that a folder of any size takes the memory of a handful.
/// </summary>
internal sealed class PictureRecognizer
{
    // After Ctrl-C the pictures in work are finished and handed out, unless one hangs (a pipe that nobody writes to).
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Recognises the expressions.</summary>
    public required PhotoClassifier Recognizer { get; init; }

    /// <summary>Which faces.</summary>
    public required FaceSelection Selection { get; init; }

    /// <summary>Where the one face is, if that is known.</summary>
    public FaceBox? Box { get; init; }

    /// <summary>What a picture may cost.</summary>
    public required PhotoLimits Limits { get; init; }

    /// <summary>Pictures at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>Read for the input <c>-</c>.</summary>
    public required Stream StandardInput { get; init; }

    /// <summary>
    /// Is given each picture with its faces before its pixels are let go; what it throws is that picture's failure. Without it, pictures
    /// are decoded in grey, if the model reads grey faces.
    /// </summary>
    public Action<Photo, PictureResult>? Finish { get; init; }

    private bool ReadsGray => Recognizer.Classifier.Cropper.CanReadGray;

    /// <summary>Recognises the pictures. When cancelled, ends early with the results that are complete, without an exception.</summary>
    /// <param name="inputs">The pictures.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    public async IAsyncEnumerable<PictureResult> RunAsync(
        IReadOnlyList<PictureInput> inputs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int jobs = Math.Clamp(Jobs, 1, Math.Max(inputs.Count, 1));
        int ahead = (int)Math.Min(4L * jobs, inputs.Count);
        using SemaphoreSlim free = new(jobs);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<PictureResult>> pending = new(ahead);
        try
        {
            int next = 0;
            while (next < inputs.Count || pending.Count > 0)
            {
                while (next < inputs.Count && pending.Count < ahead) pending.Enqueue(WhenFreeAsync(inputs[next++], free, stop.Token));
                if (await CompletedAsync(pending.Dequeue(), cancellationToken) is not PictureResult result) yield break;
                yield return result;
            }
        }
        finally
        {
            // The results may be wanted no longer (the reader of a pipe has gone): those in work still use what is disposed of here.
            await stop.CancelAsync();
            await Task.WhenAny(Task.WhenAll(pending), Task.Delay(Grace, CancellationToken.None));
        }
    }

    private async Task<PictureResult> WhenFreeAsync(PictureInput input, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Recognize(input), CancellationToken.None);
        }
        finally
        {
            free.Release();
        }
    }

    private static async Task<PictureResult?> CompletedAsync(Task<PictureResult> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(task, Task.Delay(Grace, CancellationToken.None));
            return task.IsCompletedSuccessfully ? await task : null;
        }
    }

    private PictureResult Recognize(PictureInput input)
    {
        if (input.Failure is not null) return new PictureResult { Input = input, Error = input.Failure };
        long start = Stopwatch.GetTimestamp();
        PictureResult result = new() { Input = input };
        try
        {
            if (Finish is null && ReadsGray) RecognizeGray(ref result, start);
            else RecognizePhoto(ref result, start);
            return result;
        }
        catch (ModelFormatException e)
        {
            return result with { Error = Message.OneLine($"{input.Spoken}: {e.Message}") };
        }
        catch (Exception e)
        {
            // Whatever one picture does, the others are still read.
            return result with { Error = Message.OneLine(Message.Of(e, input.Spoken)) };
        }
    }

    private void RecognizeGray(ref PictureResult result, long start)
    {
        PictureInput input = result.Input;
        using GrayPhoto photo = input.IsStandardInput
            ? GrayPhoto.Load(StandardInput, input.Spoken, Limits)
            : GrayPhoto.Load(input.Name, LimitsOf(input));
        result = result with { Width = photo.FullWidth, Height = photo.FullHeight, Warning = photo.Warning };
        result = result with { Faces = Faces(photo, input), Elapsed = Stopwatch.GetElapsedTime(start) };
    }

    // What a shell hands over can be read once only, and an annotated copy needs all of its pixels.
    private PhotoLimits LimitsOf(PictureInput input) =>
        Box is null && !input.IsStandardInput && OrdinaryFile.Is(input.Name) ? Recognizer.Reduce(Limits, Selection) : Limits;

    private IReadOnlyList<ClassifiedFace> Faces(GrayPhoto photo, PictureInput input) =>
        Box is null ? PhotoClassifier.Enlarge(Recognizer.ClassifyAsDecoded(photo, Selection), photo) : Faces(photo.View, input);

    // What was recognised is kept though the copy cannot be finished.
    private void RecognizePhoto(ref PictureResult result, long start)
    {
        PictureInput input = result.Input;
        using Photo photo = input.IsStandardInput ? Photo.Load(StandardInput, input.Spoken, Limits) : Photo.Load(input.Name, Limits);
        result = result with { Width = photo.Width, Height = photo.Height, Warning = photo.Warning };

        // The results are the same whether or not colours are wanted.
        PhotoLimits limits = LimitsOf(input);
        using GrayPhoto? gray = !ReadsGray ? null : limits == Limits ? new GrayPhoto(photo) : GrayPhoto.Load(input.Name, limits);
        IReadOnlyList<ClassifiedFace> faces = gray is null ? Faces(photo.View, input) : Faces(gray, input);
        result = result with { Faces = faces, Elapsed = Stopwatch.GetElapsedTime(start) };
        Finish?.Invoke(photo, result);
    }

    private IReadOnlyList<ClassifiedFace> Faces(ImageView photo, PictureInput input)
    {
        if (Box is not FaceBox box) return Recognizer.Classify(photo, Selection);
        FaceBox inside = box.ClippedTo(photo.Width, photo.Height);
        if (inside.Width < 1 || inside.Height < 1)
        {
            throw new PhotoFormatException(
                $"{input.Spoken}: the box {box.X},{box.Y},{box.Width},{box.Height} lies outside its {photo.Width}×{photo.Height} pixels");
        }

        return [Recognizer.Classify(photo, box)];
    }
}
