using System.Globalization;
using System.IO.Compression;
using System.Text;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using MicroExpNet.Training.Teachers;
using SkiaSharp;

namespace MicroExpNet.Fuzz;

/// <summary>Data sets: their tables of votes, pixels, boxes and logits, their archives, and priors.</summary>
internal sealed class DataSets : FuzzTarget, IDisposable
{
    private const string Votes =
        "fer0000001.png,\"(0, 0, 48, 48)\",10,0,0,0,0,0,0,0,0,0\n"
        + "fer0000002.png,\"(0, 0, 48, 48)\",0,9,1,0,0,0,0,0,0,0\n";
    private const string Boxes =
        "file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n"
        + "fer0000001.png,24,20,2,2,15,15,6,7,12,7\nfer0000002.png\n";
    private const string Logits = "name,neutral,happy\nfer0000001.png,1.5,-2\nfer0000002.png,0.25,1e3\n";
    private const string Prior = "neutral 0.4\nhappy,0.6\n# a remark\n";

    private static readonly string Pixels = "emotion,pixels,Usage\n" + string.Concat(Enumerable.Range(0, 3).Select(i =>
        $"{i},{string.Join(' ', Enumerable.Range(0, 48 * 48).Select(j => (j * (i + 3)) & 255))},Training\n"));

    private readonly string _folder = Directory.CreateTempSubdirectory("fuzz").FullName;
    private readonly byte[] _picture = Pictures.Encode(SKEncodedImageFormat.Png);

    public override string Name => "data";

    public override bool Try(Random random, out byte[] input)
    {
        input = [];
        try
        {
            switch (random.Next(6))
            {
                case 0:
                    Load(Folder("label.csv", input = Text(random, Votes)), path => FaceDataSet.Load(path));
                    return true;
                case 1:
                    Load(Folder("boxes.csv", input = Text(random, Boxes)), path => PictureSet.Load(path));
                    return true;
                case 2:
                    Load(Write("fer2013.csv", input = Text(random, Pixels)), path => FaceDataSet.Load(path));
                    return true;
                case 3:
                    Load(Write("logits.csv", input = Text(random, Logits)), path => TeacherLogits.Load(path, ["neutral", "happy"]));
                    return true;
                case 4:
                    Load(Write("prior.txt", input = Text(random, Prior)), path => ClassPrior.Load(path));
                    return true;
                default:
                    Load(Write("faces.zip", input = ByteMutation.Apply(random, Archive(), 1000)), path => FaceDataSet.Load(path));
                    return true;
            }
        }
        catch (Exception e) when (e is DataSetFormatException or FormatException or InvalidDataException)
        {
            return false;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Load<T>(string path, Func<string, T> load) => _ = load(path);

    // Numbers of a table are changed as well as its bytes.
    private static byte[] Text(Random random, string table)
    {
        if (random.Next(2) == 0) return ByteMutation.Apply(random, Encoding.UTF8.GetBytes(table), table.Length);
        string[] cells = table.Split(',');
        for (int times = random.Next(1, 5); times > 0; times--)
        {
            cells[random.Next(cells.Length)] = random.Next(5) switch
            {
                0 => HostileNumbers.Integer(random).ToString(CultureInfo.InvariantCulture),
                1 => HostileNumbers.Float(random).ToString(CultureInfo.InvariantCulture),
                2 => new string('9', random.Next(1, 400)),
                3 => "\"",
                _ => "",
            };
        }

        return Encoding.UTF8.GetBytes(string.Join(',', cells));
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private string Folder(string table, byte[] content)
    {
        string folder = Path.Combine(_folder, Path.GetFileNameWithoutExtension(table));
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (string name in (string[])["fer0000001.png", "fer0000002.png"])
            {
                File.WriteAllBytes(Path.Combine(folder, name), _picture);
            }
        }

        File.WriteAllBytes(Path.Combine(folder, table), content);
        return folder;
    }

    private byte[] Archive()
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in (string[])["happy/1.png", "sad/2.png"])
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(_picture);
            }
        }

        return stream.ToArray();
    }
}
