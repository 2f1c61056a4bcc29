#:project ../../src/MicroExpNet.Vision
// All photos of a folder on all cores, as CSV on standard output; a file that cannot be read is named on standard error.
//   dotnet run samples/gallery/folder.cs [FOLDER]
using System.Globalization;
using MicroExpNet;
using MicroExpNet.Vision;

string folder = args.Length > 0 ? args[0] : "samples";
string[] endings = [".jpg", ".jpeg", ".png", ".webp"];
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"'{folder}' is no folder; expected one with photos");
    return 2;
}

string[] files = [.. Directory.EnumerateFiles(folder).Where(file => endings.Contains(Path.GetExtension(file).ToLowerInvariant()))];
if (files.Length == 0) Console.Error.WriteLine($"'{folder}' holds no photo: no file ends in {string.Join(", ", endings)}");
PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);   // for any number of threads
int failures = 0;
Console.WriteLine("file,x,y,width,height,expression,probability");
Parallel.ForEach(files, file =>
{
    try
    {
        using Photo photo = Photo.Load(file);
        foreach (RecognizedFace face in recognizer.Recognize(photo))
        {
            FaceBox box = face.Box ?? new FaceBox(0, 0, photo.Width, photo.Height);
            string name = file.AsSpan().ContainsAny(",\"\n") ? $"\"{file.Replace("\"", "\"\"")}\"" : file;
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{name},{box.X},{box.Y},{box.Width},{box.Height},{face.Scores.Top},{face.Scores.TopProbability:0.00}");
            lock (recognizer) Console.WriteLine(line);
        }
    }
    catch (Exception e) when (e is PhotoFormatException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(e.Message);
        Interlocked.Increment(ref failures);
    }
});
return failures == 0 ? 0 : 1;
