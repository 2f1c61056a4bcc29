using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Detection;
using MicroExpNet.Imaging;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>
/// Finds faces with a tiny fully convolutional network. The network runs on every level of an image pyramid whose first
/// level shows the smallest requested faces at 14 to 24 pixels, and of a second pyramid half an octave apart from it. What it finds there
/// is refined: each face is resized to the size the network sees best and measured twice more, once mirrored. A second network, the
/// verifier, then sees each face as a whole. The score is the mean of the three measurements, taken as logits, plus half the verifier's
/// logit, less 0.9. Dark images are brightened first. Images in colour are made grey first. An instance can be used by any
/// number of threads at once. After each of them has seen
/// images of a few sizes, the next one of up to 30 million pixels allocates nothing.
/// </summary>
/// <remarks>
/// The network reads an image of any size and gives the values of <see cref="OutputLabels"/> for each cell of
/// <see cref="Stride"/>×<see cref="Stride"/> pixels: the logit of a face whose centre is near; the centre of its square box, in strides
/// from the cell's centre; the natural logarithm of the box's side in units of three strides; and the centres of both eyes, in strides from
/// the cell's centre. It is trained for faces of 1.75 to 5 strides: more than an octave, so that no size falls between two pyramid levels.
/// </remarks>
public sealed class FaceDetector : IFaceDetector
{
    /// <summary>Side of a cell of the network's output, in pixels of its input.</summary>
    public const int Stride = 8;

    /// <summary>The smallest face the network can see, in pixels a side.</summary>
    public const int SmallestFace = 14;

    /// <summary>Side of a box whose size output is 0, in pixels of the network's input.</summary>
    internal const float SizeUnit = 3 * Stride;

    // Most bytes of a workspace that is kept for the next search: a frame of 7680×4320 pixels needs 14 million.
    private const int MaxKeptWorkspace = 16_000_000;

    // A tracked face may be less certain than a new one by this logit, so that it does not flicker.
    private const float TrackingBonus = 1;

    // What misses the least logit by so much is clearly no face.
    private const float ClearMargin = 2;

    private static readonly Lazy<FaceDetector> LazyDefault = new(() =>
    {
        using Stream detector = ShippedModels.OpenDetector(), verifier = ShippedModels.OpenVerifier();
        return new FaceDetector(Model.Load(detector), Model.Load(verifier), null);
    });

    // Each serves one search at a time; there are as many as searches ever ran at once.
    private readonly ConcurrentQueue<DetectionWorkspace> _idle = new();
    private readonly DetectorNetwork _network;
    private readonly FaceVerifier? _faceVerifier;
    private readonly PyramidSearch _search;
    private readonly FaceRefiner _refiner;
    private readonly float _minLogit;

    /// <summary>Creates a detector that runs a model.</summary>
    /// <param name="model">A fully convolutional model with grey input and the outputs of <see cref="OutputLabels"/>.</param>
    /// <param name="options">Which faces to find; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">The model is not a face detector.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FaceDetector(Model model, FaceDetectorOptions? options = null)
        : this(model, null, options)
    {
    }

    /// <summary>Creates a detector whose faces a second model verifies: it finds more faces, and takes fewer things for one.</summary>
    /// <param name="model">A fully convolutional model with grey input and the outputs of <see cref="OutputLabels"/>.</param>
    /// <param name="verifier">
    /// A classifier of grey crops of 48×48 pixels with the labels of <see cref="VerifierLabels"/>; null for none.
    /// </param>
    /// <param name="options">Which faces to find; null for the defaults.</param>
    /// <exception cref="ModelFormatException">The models are not a face detector and a verifier.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FaceDetector(Model model, Model? verifier, FaceDetectorOptions? options)
        : this(model, verifier, options, KernelTarget.Best)
    {
    }

    internal FaceDetector(Model model, Model? verifier, FaceDetectorOptions? options, KernelTarget target)
        : this(
            Check(model), verifier, options ?? new FaceDetectorOptions(), new DetectorNetwork(model, target),
            verifier is null ? null : new FaceVerifier(verifier, target))
    {
    }

    private FaceDetector(
        Model model, Model? verifier, FaceDetectorOptions options, DetectorNetwork network, FaceVerifier? faceVerifier, int reduction = 1)
    {
        if (options.MinFace < SmallestFace)
        {
            throw new ArgumentException($"a smallest face of {options.MinFace} pixels; expected {SmallestFace} or more", nameof(options));
        }

        if (!(options.MinScore is > 0 and < 1))
        {
            throw new ArgumentException($"a least score of {options.MinScore}; expected a number between 0 and 1", nameof(options));
        }

        Model = model;
        Verifier = verifier;
        Options = options;
        _network = network;
        _faceVerifier = faceVerifier;
        _minLogit = MathF.Log(options.MinScore / (1 - options.MinScore));
        _search = new PyramidSearch(network, options.MinFace, reduction);
        _refiner = new FaceRefiner(network, faceVerifier);
    }

    /// <summary>Names of the network's outputs, in order.</summary>
    public static ImmutableArray<string> OutputLabels { get; } =
        ["face", "x", "y", "size", "left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y"];

    /// <summary>Names of a verifier's classes, in order.</summary>
    public static ImmutableArray<string> VerifierLabels { get; } = ["face", "no_face"];

    /// <summary>The detector built into this library, with the default options; created on first use.</summary>
    public static FaceDetector Default => LazyDefault.Value;

    /// <summary>The model it runs.</summary>
    public Model Model { get; }

    /// <summary>The model that verifies what it finds; null if there is none.</summary>
    public Model? Verifier { get; }

    /// <summary>Which faces it finds.</summary>
    public FaceDetectorOptions Options { get; }

    /// <summary>Reads a model file.</summary>
    /// <param name="path">
    /// An ONNX file, e.g. one that <c>mexp train-detector</c> wrote, which no verifier follows; or <c>facedetector-2</c>, the built-in
    /// detector with its verifier.
    /// </param>
    /// <param name="options">Which faces to find; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">The file is not a face detector this library can run; the message says why.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FaceDetector Load(string path, FaceDetectorOptions? options = null) =>
        path == ShippedModels.DetectorName && !File.Exists(path)
            ? Default.With(options ?? new FaceDetectorOptions())
            : new FaceDetector(Model.Load(path), options);

    /// <summary>A detector of the same models with other options. Both share what is compiled of the models.</summary>
    /// <param name="options">Which faces to find.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FaceDetector With(FaceDetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FaceDetector(Model, Verifier, options, _network, _faceVerifier);
    }

    /// <summary>A detector of the same faces in images that were reduced: it searches them as this one searches the whole ones.</summary>
    /// <param name="reduction">How many pixels a side of the whole image each pixel stands for.</param>
    internal FaceDetector ForReduced(int reduction) => new(Model, Verifier, Options, _network, _faceVerifier, reduction);

    /// <summary>Finds the faces of an image.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <returns>The faces, the largest box first; empty if there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> is <c>default</c>.</exception>
    /// <exception cref="ModelFormatException">A model of one's own takes more for an image of this size than it may.</exception>
    public DetectedFace[] Detect(ImageView image)
    {
        DetectionWorkspace workspace = Search(image, known: [], isQuick: false, rejected: null);
        DetectedFace[] faces = new DetectedFace[workspace.Faces.Count];
        TakeFaces(workspace, image, faces);
        return faces;
    }

    /// <summary>Finds the faces of an image without allocating.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="faces">Receives the faces, the largest box first, up to its length.</param>
    /// <returns>Number of faces written.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> is <c>default</c>.</exception>
    /// <exception cref="ModelFormatException">A model of one's own takes more for an image of this size than it may.</exception>
    public int Detect(ImageView image, Span<DetectedFace> faces)
    {
        return TakeFaces(Search(image, known: [], isQuick: false, rejected: null), image, faces);
    }

    /// <summary>Finds the faces of a grey image.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <returns>The faces, the largest box first; empty if there is none.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    /// <exception cref="ModelFormatException">A model of one's own takes more for an image of this size than it may.</exception>
    public DetectedFace[] Detect(ReadOnlySpan<byte> pixels, int width, int height, int stride) =>
        Detect(new ImageView(pixels, width, height, stride));

    /// <summary>Finds the faces of a grey image without allocating.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <param name="faces">Receives the faces, the largest box first, up to its length.</param>
    /// <returns>Number of faces written.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    /// <exception cref="ModelFormatException">A model of one's own takes more for an image of this size than it may.</exception>
    public int Detect(ReadOnlySpan<byte> pixels, int width, int height, int stride, Span<DetectedFace> faces) =>
        Detect(new ImageView(pixels, width, height, stride), faces);

    /// <summary>
    /// Finds a face again that has moved a little. Only the surroundings of its last box are searched, for faces of half to 1.4 times its
    /// size (of up to 40 pixels, if it is smaller than 28), which takes a small part of the time of a whole search. The face is refined
    /// twice, once mirrored, but not verified, and its logit may be lower by one than that of a new face. Nothing is allocated. An image in
    /// colour is made grey as a whole: for several faces of one, make it grey once.
    /// </summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="last">Where the face was, e.g. in the previous frame.</param>
    /// <param name="face">The face that overlaps <paramref name="last"/> most.</param>
    /// <returns>Whether a face overlaps <paramref name="last"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> is <c>default</c>.</exception>
    /// <exception cref="ModelFormatException">A model of one's own takes more for an image of this size than it may.</exception>
    public bool TryDetectNear(ImageView image, FaceBox last, out DetectedFace face)
    {
        image.ThrowIfEmpty(nameof(image));
        face = default;
        last = last.ClippedTo(image.Width, image.Height);
        if (last.Width < 1 || last.Height < 1) return false;
        DetectionWorkspace workspace = Rent();
        byte[]? rented = MakeGray(ref image);
        workspace.Gain = Exposure.GainFor(image);
        bool found = _refiner.TryTrack(workspace, image, last, _minLogit - TrackingBonus, out Candidate candidate);
        if (found) face = candidate.ToFace(image.Width, image.Height);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        Return(workspace);
        return found;
    }

    /// <summary>Finds the faces of a video's frame.</summary>
    /// <param name="image">The grey frame.</param>
    /// <param name="known">The faces that are known; those whose centre lies in one of them are left out.</param>
    /// <param name="isQuick">Whether most of the faces of at least twice the smallest face are enough, found on one pyramid in a quarter
    /// of the time. They are measured as <see cref="Detect(ImageView, Span{DetectedFace})"/> measures them.</param>
    /// <param name="rejected">What earlier frames rejected is not measured again where the frame is unchanged.</param>
    /// <param name="faces">Receives the faces, the largest box first, up to its length.</param>
    /// <returns>Number of faces written.</returns>
    internal int Detect(
        ImageView image, ReadOnlySpan<FaceBox> known, bool isQuick, RejectedCandidates rejected, Span<DetectedFace> faces) =>
        TakeFaces(Search(image, known, isQuick, rejected), image, faces);

    /// <summary>
    /// The logit that a search would give a face which was found near its last box: the face is refined twice, once mirrored, and verified.
    /// </summary>
    /// <param name="image">The grey image.</param>
    /// <param name="face">The face as <see cref="TryDetectNear"/> found it.</param>
    internal float ComputeLogit(ImageView image, in DetectedFace face)
    {
        DetectionWorkspace workspace = Rent();
        workspace.Gain = Exposure.GainFor(image);
        workspace.Faces.Clear();
        workspace.Faces.Add(Candidate.FromFace(face));
        _refiner.Refine(workspace, image);
        float logit = workspace.Faces[0].Logit;
        Return(workspace);
        return logit;
    }

    /// <inheritdoc/>
    IReadOnlyList<DetectedFace> IFaceDetector.Detect(ImageView image) => Detect(image);

    /// <summary>Whether a network has a detector's input and outputs.</summary>
    internal static bool IsDetector(Architecture architecture)
    {
        if (!architecture.Labels.SequenceEqual(OutputLabels)) return false;
        if (architecture.Input.Channels != 1 || !architecture.IsFullyConvolutional) return false;
        try
        {
            return architecture.WithInputSize(Stride, Stride).Output is { Height: 1, Width: 1 }
                && architecture.WithInputSize(100 * Stride, 101 * Stride).Output is { Height: 100, Width: 101 };
        }
        catch (ArgumentException)
        {
            // Images of one cell are too small for it.
            return false;
        }
    }

    private static Model Check(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (IsDetector(model.Architecture)) return model.WithoutFault();
        throw new ModelFormatException(
            $"model '{model.Architecture.Name}' is no face detector; expected grey input of any size and for each cell of "
            + $"{Stride}×{Stride} pixels the outputs {string.Join(", ", OutputLabels)}");
    }

    private DetectionWorkspace Search(ImageView image, ReadOnlySpan<FaceBox> known, bool isQuick, RejectedCandidates? rejected)
    {
        image.ThrowIfEmpty(nameof(image));
        DetectionWorkspace workspace = Rent();
        byte[]? rented = MakeGray(ref image);
        workspace.Gain = Exposure.GainFor(image);
        _search.Find(workspace, image, isQuick);
        if (!known.IsEmpty) workspace.Faces.RemoveCentredIn(known);
        _refiner.Refine(workspace, image, rejected, _minLogit - ClearMargin);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);

        // Again: refinement may have moved two faces to one place, and only now is it known which of two nested faces is more certain.
        workspace.Faces.SuppressNonMaxima(_minLogit);
        workspace.Faces.SortBySize();
        return workspace;
    }

    private int TakeFaces(DetectionWorkspace workspace, ImageView image, Span<DetectedFace> faces)
    {
        int count = Math.Min(workspace.Faces.Count, faces.Length);
        for (int i = 0; i < count; i++) faces[i] = workspace.Faces[i].ToFace(image.Width, image.Height);
        Return(workspace);
        return count;
    }

    // The array that holds the grey image; null if the image has grey values of its own.
    private static byte[]? MakeGray(ref ImageView image)
    {
        if (image.TryGetGray(out ImageView gray))
        {
            image = gray;
            return null;
        }

        int length = image.Width * image.Height;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        Grayscale.FromImage(image, rented.AsSpan(0, length));
        image = new ImageView(rented, image.Width, image.Height);
        return rented;
    }

    private DetectionWorkspace Rent() => _idle.TryDequeue(out DetectionWorkspace? workspace) ? workspace : new DetectionWorkspace();

    private void Return(DetectionWorkspace workspace)
    {
        if (workspace.Pyramid.Length <= MaxKeptWorkspace) _idle.Enqueue(workspace);
    }
}
