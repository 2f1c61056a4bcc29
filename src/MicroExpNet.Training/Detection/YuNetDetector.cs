using MicroExpNet.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// YuNet (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023), run by ONNX Runtime on one thread: the detector that others
/// are
/// measured beside, and that marks faces for training. Its file is <c>face_detection_yunet_2023mar.onnx</c> of OpenCV's model zoo with an
/// input of open height and width.
/// </summary>
internal sealed class YuNetDetector : IDisposable
{
    private const int SideMultiple = 32;
    private const int PointCount = 5;

    // As OpenCV's FaceDetectorYN.
    private const float SameFace = 0.3f;

    private static readonly int[] Strides = [8, 16, 32];

    private readonly InferenceSession _session;
    private readonly string _input;

    /// <summary>Opens the file.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <exception cref="ModelFormatException">It is not YuNet.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public YuNetDetector(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: no such file", path);
        try
        {
            using SessionOptions options = OnnxRuntimeLog.Silent();
            options.IntraOpNumThreads = 1;
            options.InterOpNumThreads = 1;
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException($"{path}: ONNX Runtime can't load it ({e.Message.ReplaceLineEndings(" ")})", e);
        }

        _input = _session.InputMetadata.First().Key;
        string[] missing = [
            .. Strides.SelectMany(stride => new[] { $"cls_{stride}", $"obj_{stride}", $"bbox_{stride}", $"kps_{stride}" })
            .Where(name => !_session.OutputMetadata.ContainsKey(name))];
        if (missing.Length == 0) return;
        _session.Dispose();
        throw new ModelFormatException($"{path}: not YuNet, for it has no output '{missing[0]}'");
    }

    /// <summary>Finds the faces of a photo, the surest first.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="minScore">The lowest score of a face, above 0.</param>
    public List<YuNetFace> Detect(Photo photo, float minScore)
    {
        ArgumentNullException.ThrowIfNull(photo);
        int width = RoundUp(photo.Width), height = RoundUp(photo.Height);
        DenseTensor<float> image = new([1, 3, height, width]);
        Span<float> values = image.Buffer.Span;
        ReadOnlySpan<byte> rgba = photo.Rgba;
        for (int y = 0; y < photo.Height; y++)
        {
            for (int x = 0; x < photo.Width; x++)
            {
                int from = (y * photo.Stride) + (4 * x), to = (y * width) + x;
                values[to] = rgba[from + 2];
                values[to + (width * height)] = rgba[from + 1];
                values[to + (2 * width * height)] = rgba[from];
            }
        }

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = _session.Run(
            [NamedOnnxValue.CreateFromTensor(_input, image)]);
        Dictionary<string, Tensor<float>> byName = outputs.ToDictionary(output => output.Name, output => output.AsTensor<float>());
        List<YuNetFace> faces = [];
        foreach (int stride in Strides) Read(byName, stride, width / stride, minScore, faces);
        return Suppress(faces);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static void Read(Dictionary<string, Tensor<float>> outputs, int stride, int columns, float minScore, List<YuNetFace> faces)
    {
        Tensor<float> classes = outputs[$"cls_{stride}"], objects = outputs[$"obj_{stride}"], boxes = outputs[$"bbox_{stride}"],
            points = outputs[$"kps_{stride}"];
        for (int i = 0; i < classes.Length; i++)
        {
            float score = MathF.Sqrt(Math.Clamp(classes.GetValue(i), 0, 1) * Math.Clamp(objects.GetValue(i), 0, 1));
            if (score < minScore) continue;
            int column = i % columns, row = i / columns;
            float x = (column + boxes.GetValue(4 * i)) * stride, y = (row + boxes.GetValue((4 * i) + 1)) * stride;
            float width = MathF.Exp(boxes.GetValue((4 * i) + 2)) * stride, height = MathF.Exp(boxes.GetValue((4 * i) + 3)) * stride;
            (float, float)[] own = new (float, float)[PointCount];
            for (int point = 0; point < PointCount; point++)
            {
                int at = 2 * ((PointCount * i) + point);
                own[point] = ((column + points.GetValue(at)) * stride, (row + points.GetValue(at + 1)) * stride);
            }

            faces.Add(new YuNetFace(x - (width / 2), y - (height / 2), width, height, own, score));
        }
    }

    private static List<YuNetFace> Suppress(List<YuNetFace> faces)
    {
        List<YuNetFace> kept = [];
        foreach (YuNetFace face in faces.OrderByDescending(face => face.Score))
        {
            if (kept.TrueForAll(other => other.IntersectionOverUnion(face) <= SameFace)) kept.Add(face);
        }

        return kept;
    }

    private static int RoundUp(int side) => (side + SideMultiple - 1) / SideMultiple * SideMultiple;
}
