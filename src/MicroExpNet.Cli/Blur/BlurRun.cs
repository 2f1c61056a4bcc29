using System.Globalization;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Blur;

/// <summary>Carries out <c>mexp blur</c>: the pictures, several at once, then the films, one after the other.</summary>
internal sealed class BlurRun
{
    private readonly BlurRequest _request;
    private readonly Terminal _terminal;
    private readonly BlurInputs _inputs;
    private readonly CopyPaths _copies;
    private int _failed;

    /// <summary>Finds the inputs, and a place for each result.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="terminal">The streams.</param>
    /// <exception cref="CommandException">The folder cannot be created, or <c>--keep</c> is given for several files.</exception>
    public BlurRun(BlurRequest request, Terminal terminal)
    {
        (_request, _terminal) = (request, terminal);
        _inputs = BlurInputs.Find(request.Paths, request.Output);
        IReadOnlyList<PictureInput> all = [.. _inputs.Pictures, .. _inputs.Films];
        if (request.Kept.Count > 0 && all.Count != 1)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"--keep {string.Join(',', request.Kept)}: faces are numbered in each file; name one, not {all.Count}");
        }

        HashSet<PictureInput> films = new(_inputs.Films, ReferenceEqualityComparer.Instance);
        _copies = new CopyPaths(
            all, "--output", request.Output, reserved: null,
            input => films.Contains(input) ? FilmBlur.CopyName(input.RelativePath) : CopyPaths.WithWritableExtension(input.RelativePath));
    }

    /// <summary>Covers the faces.</summary>
    /// <param name="cancellationToken">Asks for an early end; what is done is there.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">A face to keep is not there, or FFmpeg is not installed.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach (string note in _inputs.Notes) _terminal.Say(note);
        bool isWhole = await CoverPicturesAsync(cancellationToken) && await CoverFilmsAsync(cancellationToken);
        _terminal.Status.Clear();
        return !isWhole ? ExitCode.Interrupted : _failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    private async Task<bool> CoverPicturesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PictureInput> inputs = _inputs.Pictures;
        if (inputs.Count == 0) return true;
        int covered = 0, without = 0, done = 0, written = 0;
        CommandException? refusal = null;
        PictureRecognizer run = new()
        {
            Recognizer = _request.Pictures,
            Selection = FaceSelection.All,
            Limits = PhotoLimits.Default,
            Jobs = _request.Jobs,
            StandardInput = _terminal.Input,
            Finish = (photo, result) =>
            {
                try
                {
                    int faces = Cover(photo, result);
                    Interlocked.Add(ref covered, faces);
                    Interlocked.Add(ref without, faces == 0 && _request.Kept.Count == 0 ? 1 : 0);
                }
                catch (CommandException e)
                {
                    refusal = e;
                }
            },
        };
        await foreach (PictureResult result in run.RunAsync(inputs, cancellationToken))
        {
            if (refusal is not null) throw refusal;
            done++;
            if ((result.Error ?? result.Warning) is { } line) _terminal.Say(line);
            if (result.Error is not null) _failed++;
            else written++;
            _terminal.Status.Update(() => string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {inputs.Count:N0} pictures"));
        }

        if (written > 0)
        {
            _terminal.Report(string.Create(
                CultureInfo.InvariantCulture, $"{_request.Output}: {Count(covered, "face")} covered in {Count(written, "picture")}"));
        }

        if (without > 0)
        {
            _terminal.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"no face found in {without:N0} of {Count(written, "picture")}: nothing is covered there; look at them"));
        }

        if (done < inputs.Count) _terminal.Say($"stopped after {done} of {inputs.Count} pictures");
        return done == inputs.Count;
    }

    private int Cover(Photo photo, PictureResult result)
    {
        FaceBox[] faces = [.. result.Faces.Select(face => face.Face!.Value.Box)];
        FilmBlur.CheckKept(result.Input.Spoken, _request.Kept, [.. Enumerable.Range(1, faces.Length)]);
        FaceBox[] kept = [.. faces.Where((_, i) => _request.Kept.Contains(i + 1))];
        int covered = _request.Cover.Apply(
            photo.Rgba, photo.Width, photo.Height, [.. faces.Where((_, i) => !_request.Kept.Contains(i + 1))], kept);
        ColorProfile.Apply(photo, result.Input);
        string path = _copies[result.Input];
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            photo.Save(path);
            return covered;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"its copy cannot be written: {Message.Of(e, path)}", e);
        }
    }

    private async Task<bool> CoverFilmsAsync(CancellationToken cancellationToken)
    {
        if (_inputs.Films.Count == 0) return true;
        FilmBlur blur = new(_request.Films(), _request.Cover, _request.Kept, _request.FFmpegPath, _terminal);
        foreach (PictureInput input in _inputs.Films)
        {
            string copy = _copies[input];
            try
            {
                (VideoFile film, int frames, int covered) = await blur.RunAsync(input, copy, cancellationToken);
                _terminal.Report(string.Create(
                    CultureInfo.InvariantCulture, $"{copy}: {Count(covered, "face")} covered in {Count(frames, "frame")}"));
                if (film.Damage is { } damage)
                {
                    _terminal.Say($"{input.Spoken}: damaged, the frames that could be decoded were used: {damage}");
                }

                if (covered == 0 && _request.Kept.Count == 0) _terminal.Say($"{input.Spoken}: no face found; look at the copy");
            }
            catch (FFmpegNotFoundException e)
            {
                throw new CommandException(ExitCode.WrongCommand, e.Message);
            }
            catch (OperationCanceledException)
            {
                _terminal.Say($"{input.Spoken}: stopped; nothing is written of this film");
                return false;
            }
            catch (Exception e) when (e is VideoFormatException or IOException or UnauthorizedAccessException)
            {
                _terminal.Say(e is VideoFormatException ? e.Message : Message.Of(e, input.Spoken));
                _failed++;
            }
        }

        return true;
    }

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
