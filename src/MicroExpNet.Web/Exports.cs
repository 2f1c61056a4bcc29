using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace MicroExpNet.Web;

/// <summary>What the worker calls. Pixels and results cross as arrays of numbers; both sides copy them.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Exports
{
    private static readonly Session Session = new();

    /// <summary>The library's version and the instruction set of its kernels, tab-separated.</summary>
    [JSExport]
    public static string Describe() =>
        $"{typeof(ExpressionRecognizer).Assembly.GetName().Version!.ToString(3)}\t{Network.InstructionSet}";

    /// <summary>The names of the expressions, in the order of their probabilities.</summary>
    [JSExport]
    public static string[] Expressions() => [.. ExpressionScores.Names];

    /// <summary>Recognises with another model than the built-in one, from the next <see cref="Configure"/> on.</summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    [JSExport]
    public static void UseModel(byte[] model) => Session.UseModel(model);

    /// <summary>Sets the options, and forgets the tracks.</summary>
    /// <param name="minFace">Smallest face searched for, in pixels.</param>
    /// <param name="minScore">Least score of a face, between 0 and 1.</param>
    /// <param name="smoothing">Milliseconds over which the probabilities of a track are smoothed; 0 for none.</param>
    /// <param name="prior"><c>natural</c> or <c>uniform</c>.</param>
    [JSExport]
    public static void Configure(int minFace, double minScore, double smoothing, string prior) =>
        Session.Configure(minFace, (float)minScore, TimeSpan.FromMilliseconds(smoothing), prior);

    /// <summary>Recognises the faces of the next frame of a video.</summary>
    /// <param name="pixels">Grey values <c>[height, width]</c> or red, green, blue and a fourth byte <c>[height, width, 4]</c>.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="time">Its time in milliseconds.</param>
    /// <returns>The faces, the largest first: <see cref="FaceRecord"/> says how each lies in the array.</returns>
    [JSExport]
    public static double[] Recognize(byte[] pixels, int width, int height, double time) =>
        Session.Recognize(pixels, width, height, TimeSpan.FromMilliseconds(time));

    /// <summary>Recognises the expression of one face that fills the image.</summary>
    /// <param name="pixels">As above.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>The probabilities, in the order of <see cref="Expressions"/>.</returns>
    [JSExport]
    public static double[] RecognizeFace(byte[] pixels, int width, int height) => Session.RecognizeFace(pixels, width, height);

    /// <summary>Ends all tracks, as before the first frame of another video.</summary>
    [JSExport]
    public static void Reset() => Session.Reset();
}
