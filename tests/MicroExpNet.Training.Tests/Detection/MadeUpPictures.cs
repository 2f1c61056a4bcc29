using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.Detection;

/// <summary>A folder of made-up heads and one of backgrounds. A head is a white square on a grey margin with black dots for eyes and
/// nose.</summary>
internal sealed class MadeUpPictures : IDisposable
{
    /// <summary>Side of a head's face, in pixels of its picture.</summary>
    public const int FaceSide = 100;

    private const int Side = 140;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pictures-");

    public MadeUpPictures()
    {
        Directory.CreateDirectory(Path("heads"));
        Directory.CreateDirectory(Path("backgrounds"));
        List<string> lines = ["file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y,score"];
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllBytes(Path($"heads/{i}.png"), Head(i).EncodePng());
            lines.Add($"{i}.png,{Side},{Side},20,20,{FaceSide},{FaceSide}," +
                $"{LeftEye(i).X},{LeftEye(i).Y},{RightEye(i).X},{RightEye(i).Y},0.9");
        }

        File.WriteAllLines(Path("heads/boxes.csv"), lines);
        for (int i = 0; i < 3; i++) File.WriteAllBytes(Path($"backgrounds/{i}.png"), Background(i).EncodePng());
    }

    public PictureSet Heads => PictureSet.Load(Path("heads"));

    public PictureSet Backgrounds => PictureSet.Load(Path("backgrounds"));

    public SceneComposer Composer => new([Heads], Backgrounds);

    public string Path(string relative) => System.IO.Path.Combine(_folder.FullName, relative);

    public void Dispose() => _folder.Delete(recursive: true);

    private static (int X, int Y) LeftEye(int head) => (48 + head, 58);

    private static (int X, int Y) RightEye(int head) => (92, 58 - head);

    private static GrayImage Head(int head)
    {
        byte[] pixels = new byte[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                bool dark = IsNear(LeftEye(head), x, y) || IsNear(RightEye(head), x, y) || IsNear((70, 70), x, y);
                pixels[(y * Side) + x] = (byte)(dark ? 0 : x is >= 20 and < 120 && y is >= 20 and < 120 ? 235 : 200);
            }
        }

        return new GrayImage(pixels, Side, Side);

        // Pixel i reaches from i to i + 1.
        static bool IsNear((int X, int Y) middle, int x, int y) => Math.Pow(x + 0.5 - middle.X, 2) + Math.Pow(y + 0.5 - middle.Y, 2) <= 36;
    }

    private static GrayImage Background(int background)
    {
        byte[] pixels = new byte[200 * 160];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(20 + (background * 10) + (i % 200 / 10));
        return new GrayImage(pixels, 200, 160);
    }
}
