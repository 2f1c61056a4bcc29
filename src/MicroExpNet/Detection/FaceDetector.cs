using System.Collections.Concurrent;
using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Detection;
using MicroExpNet.Imaging;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>
/// Finds faces in grey pictures with a tiny fully convolutional network. The picture is made smaller until its smallest faces are as small
/// as the network can see, then halved again and again, and a second row of images lies half an octave between; the network sees each of
/// these and finds the faces of a little more than one octave of sizes.
/// What it may have found there is looked at once more, larger faces brought down to the size the network sees best: a face's score is that
/// of both looks.
/// One instance serves any number of threads at once; once each of them has seen pictures of a few sizes, nothing is allocated for the next of up to
/// 30 million pixels.
/// </summary>
/// <remarks>
/// The network reads an image of any size and gives, for each cell of <see cref="Stride"/>×<see cref="Stride"/> pixels, the values of
/// <see cref="OutputLabels"/>: the logit of a face whose middle is near, then, in strides from the middle of the cell, the middle of its
/// square, then the logarithm of the square's side in units of three strides, then both eyes as the middle. Faces of 1.75 to 5 strides are
/// its own: more than an octave, so that no size falls between two images.
/// </remarks>
public sealed class FaceDetector
{
    /// <summary>Side of a cell of the network's output, in pixels of its input.</summary>
    public const int Stride = 8;

    /// <summary>The smallest face the network can see, in pixels a side.</summary>
    public const int SmallestFace = 14;

    internal const float SizeUnit = 3 * Stride;

    // Where smaller faces than this are looked for, the first two images are nearly all of the work, and only others have one half an octave between.
    private const double MinFaceSeenTwice = 34;

    // The fewer pixels there are to look at, the closer the smallest faces are looked at: at 14 pixels of the network's input where they have
    // 24, at 24 where they have 71 or more.
    private const double MinFaceSeenSmallest = 24;
    private const double SmallestFaceSeenClosest = 24;

    // Larger pictures are looked at as if they had no more pixels than this, so that time stays bounded.
    private const long MaxPixels = 4_000_000;

    // Most bytes of a workspace that is kept for the next picture: a frame of 7680×4320 pixels leaves 14 million.
    private const int MaxKept = 16_000_000;

    // Less than this of the smallest face is no face; and the network's input is a cell high at least, however low the picture.
    private const double LeastSide = Stride / 2.0;

    // What the first look is so sure of is looked at again, whatever the least score: so scores and squares do not depend on it.
    private const float ProposalLogit = -0.4f;

    // Faces that fill a small image reach to its edges; the network sees them best with a little nothing around.
    private const int Margin = 2 * Stride;

    // A side of the last image: its largest faces then reach over the picture's edges.
    private const int LastSide = 28;

    // What a second look sees no face in, or less than this, counts as this.
    private const float UnseenLogit = -2;

    // A second look brings a larger face down to the size the network sees best; it is the same face if both squares share half.
    private static readonly Glance Again = new(face: 33, side: 48, leastShared: 0.5);

    // A face that is looked for from one frame to the next is brought down to a size the network measures well, and may move by most of its side.
    private static readonly Glance Near = new(face: 28, side: 72, leastShared: 0);

    // It may be so much less sure than a new face, so that it does not flicker.
    private const float NearLogits = 1;

    private static readonly Lazy<FaceDetector> LazyDefault = new(() =>
    {
        using Stream stream = ShippedModels.OpenDetector();
        return new FaceDetector(Model.Load(stream));
    });

    // Each serves one search at a time; there are as many as searches ever ran at once.
    private readonly ConcurrentQueue<DetectionWorkspace> _idle = new();
    private readonly PlanCache _plans;
    private readonly float _minLogit;

    /// <summary>Makes a detector ready.</summary>
    /// <param name="model">A fully convolutional model with grey input and the outputs of <see cref="OutputLabels"/>.</param>
    /// <param name="options">What to look for; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">The model is no face detector.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FaceDetector(Model model, FaceDetectorOptions? options = null)
        : this(model, options, PlanCompiler.Best)
    {
    }

    internal FaceDetector(Model model, FaceDetectorOptions? options, InstructionSet instructionSet)
    {
        ArgumentNullException.ThrowIfNull(model);
        Options = options ?? new FaceDetectorOptions();
        Model = model;
        if (!IsDetector(model.Architecture))
        {
            throw new ModelFormatException(
                $"model '{model.Architecture.Name}' is no face detector; expected grey input of any size and for each cell of {Stride}×{Stride} pixels the outputs {string.Join(", ", OutputLabels)}");
        }

        if (Options.MinFace < SmallestFace) throw new ArgumentException($"a smallest face of {Options.MinFace} pixels; expected {SmallestFace} or more", nameof(options));
        if (!(Options.MinScore is > 0 and < 1)) throw new ArgumentException($"a least score of {Options.MinScore}; expected a number between 0 and 1", nameof(options));
        _minLogit = MathF.Log(Options.MinScore / (1 - Options.MinScore));
        _plans = new PlanCache(model, instructionSet);
    }

    /// <summary>Names of the network's outputs, in their order.</summary>
    public static ImmutableArray<string> OutputLabels => DetectorArchitectures.OutputLabels;

    /// <summary>The detector that travels in the library, with the default options; made when first asked for.</summary>
    public static FaceDetector Default => LazyDefault.Value;

    /// <summary>The network.</summary>
    public Model Model { get; }

    /// <summary>What it looks for.</summary>
    public FaceDetectorOptions Options { get; }

    /// <summary>Reads a model file.</summary>
    /// <param name="path">An ONNX file, e.g. one that <c>mexp train-detector</c> wrote.</param>
    /// <param name="options">What to look for; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">The file is no face detector this library can run; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FaceDetector Load(string path, FaceDetectorOptions? options = null) => new(Model.Load(path), options);

    /// <summary>The same network looking for something else.</summary>
    /// <param name="options">What to look for.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FaceDetector With(FaceDetectorOptions options) => new(Model, options);

    /// <summary>Finds the faces of a grey picture.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <returns>The faces, those with the largest squares first; empty where there is none.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public DetectedFace[] Detect(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        DetectionWorkspace workspace = Search(pixels, width, height, stride);
        DetectedFace[] faces = new DetectedFace[workspace.Candidates.Count];
        for (int i = 0; i < faces.Length; i++) faces[i] = workspace.Candidates[i].ToFace(width, height);
        Return(workspace);
        return faces;
    }

    /// <summary>Finds the faces of a grey picture without allocating.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <param name="faces">Receives the faces, those with the largest squares first, as many as there is room for.</param>
    /// <returns>How many faces were written.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public int Detect(ReadOnlySpan<byte> pixels, int width, int height, int stride, Span<DetectedFace> faces)
    {
        DetectionWorkspace workspace = Search(pixels, width, height, stride);
        int count = Math.Min(workspace.Candidates.Count, faces.Length);
        for (int i = 0; i < count; i++) faces[i] = workspace.Candidates[i].ToFace(width, height);
        Return(workspace);
        return count;
    }

    /// <summary>
    /// Finds a face again that has moved a little: looks only around its last place, for faces of half to 1.4 times its size (where it is
    /// smaller than 28 pixels, of up to 40), which takes a small part of the time of a whole picture. It is seen once, its score is that
    /// look's, and it may be less sure of the face than of a new one: by one logit. Nothing is allocated.
    /// </summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <param name="last">Where the face was, e.g. in the frame before.</param>
    /// <param name="face">The face that shares most with <paramref name="last"/>.</param>
    /// <returns>Whether there is a face that touches <paramref name="last"/>.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public bool TryDetectNear(ReadOnlySpan<byte> pixels, int width, int height, int stride, FaceBox last, out DetectedFace face)
    {
        BilinearResize.CheckSource(pixels, width, height, stride, channels: 1);
        face = default;
        last = last.Within(width, height);
        if (last.Width < 1 || last.Height < 1) return false;
        if (!_idle.TryDequeue(out DetectionWorkspace? workspace)) workspace = new DetectionWorkspace();
        bool found = TryLookAround(workspace, last, Near, _minLogit - NearLogits, pixels, width, height, stride, out Candidate candidate);
        if (found) face = candidate.ToFace(width, height);
        Return(workspace);
        return found;
    }

    /// <summary>Whether a network has a detector's input and outputs.</summary>
    internal static bool IsDetector(Architecture architecture)
    {
        if (!architecture.Labels.SequenceEqual(OutputLabels) || architecture.Input.Channels != 1 || !architecture.IsFullyConvolutional) return false;
        try
        {
            return architecture.WithInputSize(Stride, Stride).Output is { Height: 1, Width: 1 } && architecture.WithInputSize(4 * Stride, 5 * Stride).Output is { Height: 4, Width: 5 };
        }
        catch (ArgumentException)
        {
            // Images of one cell are too small for it.
            return false;
        }
    }

    private DetectionWorkspace Search(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        BilinearResize.CheckSource(pixels, width, height, stride, channels: 1);
        double smallest = Math.Clamp(SmallestFace * Math.Sqrt(Options.MinFace / MinFaceSeenSmallest), SmallestFace, SmallestFaceSeenClosest);
        double scale = Math.Min(Math.Min(1, smallest / Options.MinFace), Math.Sqrt((double)MaxPixels / ((double)width * height)));
        if (!_idle.TryDequeue(out DetectionWorkspace? workspace)) workspace = new DetectionWorkspace();
        workspace.Candidates.Clear();

        // All faces are seen at steps of half an octave, but the smallest, which cost most.
        double between = Options.MinFace < MinFaceSeenTwice ? 4 * Math.Sqrt(2) : Math.Sqrt(2);
        SearchHalves(workspace, pixels, width, height, stride, scale);
        SearchHalves(workspace, pixels, width, height, stride, scale / between);
        workspace.Suppress(ProposalLogit, keepsInner: true);
        LookAgain(workspace, pixels, width, height, stride);

        // Once more: two may have come to the same place, and what is inside a surer face is known only now.
        workspace.Suppress(_minLogit);
        workspace.Candidates.Sort(static (a, b) => (b.Width, a.Y, a.X).CompareTo((a.Width, b.Y, b.X)));
        return workspace;
    }

    private void LookAgain(DetectionWorkspace workspace, ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        List<Candidate> proposals = workspace.Proposals;
        proposals.Clear();
        proposals.AddRange(workspace.Candidates);
        for (int i = 0; i < proposals.Count; i++)
        {
            FaceBox box = proposals[i].ToFace(width, height).Box;
            bool seen = TryLookAround(workspace, box, Again, UnseenLogit, pixels, width, height, stride, out Candidate again);
            proposals[i] = seen ? proposals[i].SeenAgain(again) : proposals[i].SeenAgain(UnseenLogit);
        }

        workspace.Candidates.Clear();
        workspace.Candidates.AddRange(proposals);
    }

    // Looks once at a box and what is around it, for the face that shares most with it.
    private bool TryLookAround(
        DetectionWorkspace workspace, FaceBox box, in Glance glance, float leastLogit, ReadOnlySpan<byte> pixels, int width, int height, int stride, out Candidate face)
    {
        int boxSide = Math.Max(box.Width, box.Height), side = Math.Max(glance.Side, (int)((long)glance.Side * boxSide / glance.Face));
        FaceBox around = new FaceBox(box.X + ((box.Width - side) / 2), box.Y + ((box.Height - side) / 2), side, side).Within(width, height);
        workspace.Candidates.Clear();
        workspace.Begin(pixels[((around.Y * stride) + around.X)..], around.Width, around.Height, stride, (double)glance.Side / side);
        Look(workspace, _plans.For(glance.Side, glance.Side), leastLogit, margin: 0, around.X, around.Y, width, height);
        workspace.Suppress(leastLogit);
        face = default;
        double most = glance.LeastShared;
        foreach (Candidate candidate in workspace.Candidates)
        {
            double shared = candidate.ToFace(width, height).Box.IntersectionOverUnion(box);
            if (shared > most) (most, face) = (shared, candidate);
        }

        return most > glance.LeastShared;
    }

    private void SearchHalves(DetectionWorkspace workspace, ReadOnlySpan<byte> pixels, int width, int height, int stride, double scale)
    {
        if (Math.Min(width, height) * scale < LeastSide) return;
        workspace.Begin(pixels, width, height, stride, scale);
        while (true)
        {
            Look(workspace, width, height);
            if (Math.Min(workspace.Width, workspace.Height) <= LastSide) break;
            workspace.Halve();
        }
    }

    private void Look(DetectionWorkspace workspace, int width, int height)
    {
        int margin = Math.Min(workspace.Width, workspace.Height) <= LastSide ? Margin : 0;
        Look(workspace, _plans.For(RoundUp(workspace.Height + (2 * margin)), RoundUp(workspace.Width + (2 * margin))), ProposalLogit, margin, 0, 0, width, height);
    }

    // What the workspace holds begins at a column and row of the picture.
    private void Look(DetectionWorkspace workspace, SizedPlan sized, float leastLogit, int margin, int left, int top, int width, int height)
    {
        int marginCells = margin / Stride;
        AlignedMemory<float> scratch = sized.Scratch.Rent();
        sized.Plan.LoadInput(workspace.Pixels, workspace.Height, workspace.Width, margin, Model.Card.PixelScale, Model.Card.PixelOffset, scratch);
        sized.Plan.RunImage(scratch, 0);
        int channels = OutputLabels.Length;
        Span<float> output = workspace.Output(sized.Rows * sized.Columns * channels);
        sized.Plan.RunHead(scratch, 1, output);
        for (int i = 0, cell = 0; i < output.Length; i += channels, cell++)
        {
            if (!(output[i] >= leastLogit)) continue;
            Candidate candidate = Candidate.At(output.Slice(i, channels), (cell % sized.Columns) - marginCells, (cell / sized.Columns) - marginCells, workspace.ScaleX, workspace.ScaleY)
                .MovedBy(left, top);
            if (candidate.IsIn(width, height)) workspace.Candidates.Add(candidate);
        }

        sized.Scratch.Return(scratch);
    }

    private void Return(DetectionWorkspace workspace)
    {
        if (workspace.Length <= MaxKept) _idle.Enqueue(workspace);
    }

    private static int RoundUp(int side) => (side + Stride - 1) / Stride * Stride;
}
