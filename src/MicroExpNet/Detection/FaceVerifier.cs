using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Detection;

/// <summary>
/// Decides whether a crop shows a face: a classifier of two classes that sees the whole face at once, where the detector's network sees it
/// through the field of one cell.
/// </summary>
internal sealed class FaceVerifier
{
    /// <summary>Side of the input, in pixels.</summary>
    public const int Side = 48;

    // The side that a face's box is resized to.
    private const int Face = 33;

    private readonly Model _model;
    private readonly InferencePlan _plan;
    private readonly ScratchPool _scratch = new();

    /// <summary>Compiles a verifier.</summary>
    /// <param name="model">A model with the labels of <see cref="FaceDetector.VerifierLabels"/> and a square grey input.</param>
    /// <param name="target">The instruction set it is compiled for.</param>
    /// <exception cref="ModelFormatException">The model is no verifier.</exception>
    public FaceVerifier(Model model, KernelTarget target)
    {
        if (!IsVerifier(model.Architecture))
        {
            throw new ModelFormatException(
                $"model '{model.Architecture.Name}' is no face verifier; expected grey input of {Side}×{Side} and the outputs "
                + string.Join(", ", FaceDetector.VerifierLabels));
        }

        _model = model.WithoutFault();
        OperationCount.Check(model.Architecture, new InferenceOptions().MaxOperations);
        _plan = PlanCompiler.Compile(model, target);
    }

    /// <summary>Whether a network has a verifier's input and outputs.</summary>
    public static bool IsVerifier(Architecture architecture) =>
        architecture.Labels.SequenceEqual(FaceDetector.VerifierLabels) && architecture.Output.Length == 2
        && architecture.Input is { Channels: 1 } input && input.Height == Side && input.Width == Side;

    /// <summary>The logit of a face.</summary>
    /// <param name="workspace">Memory for the crop.</param>
    /// <param name="image">The grey image.</param>
    /// <param name="box">The face's box.</param>
    [SkipLocalsInit]
    public float Verify(DetectionWorkspace workspace, ImageView image, FaceBox box)
    {
        Span<byte> crop = stackalloc byte[Side * Side];
        Cut(workspace, image, box, crop);
        AlignedMemory<float> scratch = _scratch.Rent(_plan);
        _plan.LoadInput(crop, Side, Side, 0, _model.Card.PixelScale * workspace.Gain, _model.Card.PixelOffset, scratch);
        _plan.RunImage(scratch, 0);
        Span<float> output = stackalloc float[2];
        _plan.RunHead(scratch, 1, output);
        _scratch.Return(scratch);
        return output[0] - output[1];
    }

    /// <summary>
    /// Cuts out a face and its surroundings as the verifier sees them. Beyond the image's edge its outermost pixels repeat.
    /// </summary>
    /// <param name="workspace">Memory for the resized crop.</param>
    /// <param name="image">The grey image.</param>
    /// <param name="box">The face's box.</param>
    /// <param name="crop">Receives the grey values, <c>[side, side]</c>.</param>
    public static void Cut(DetectionWorkspace workspace, ImageView image, FaceBox box, Span<byte> crop)
    {
        int boxSide = Math.Max(box.Width, box.Height), side = Math.Max(1, (Side * boxSide) / Face);
        int left = box.X + ((box.Width - side) / 2), top = box.Y + ((box.Height - side) / 2);
        FaceBox seen = new FaceBox(left, top, side, side).ClippedTo(image.Width, image.Height);
        ImagePyramid pyramid = workspace.Pyramid;
        pyramid.Start(image.Slice(seen), (double)Side / side);
        int column = Math.Clamp((int)MathF.Round((seen.X - left) / pyramid.ScaleX), 0, Side - 1),
            row = Math.Clamp((int)MathF.Round((seen.Y - top) / pyramid.ScaleY), 0, Side - 1);
        ReadOnlySpan<byte> pixels = pyramid.Pixels;
        for (int y = 0; y < Side; y++)
        {
            ReadOnlySpan<byte> source = pixels.Slice(Math.Clamp(y - row, 0, pyramid.Height - 1) * pyramid.Width, pyramid.Width);
            Span<byte> line = crop.Slice(y * Side, Side);
            int count = Math.Min(source.Length, Side - column);
            line[..column].Fill(source[0]);
            source[..count].CopyTo(line[column..]);
            line[(column + count)..].Fill(source[count - 1]);
        }
    }
}
