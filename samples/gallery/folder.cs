#:project ../../src/MicroExpNet.Vision
// All photos of a folder on all cores, as CSV on standard output; a file that cannot be read is named on standard error.
//   dotnet run samples/gallery/folder.cs [FOLDER]
using System.Globalization;
using MicroExpNet;
using MicroExpNet.Vision;

string folder = args is [string given] ? given : "samples";
string[] endings = [".jpg", ".jpeg", ".png", ".webp"];
PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);   // for any number of threads
Console.WriteLine("file,x,y,width,height,expression,probability");
Parallel.ForEach(Directory.EnumerateFiles(folder).Where(file => endings.Contains(Path.GetExtension(file).ToLowerInvariant())), file =>
{
    try
    {
        using Photo photo = Photo.Load(file);
        foreach (RecognizedFace face in recognizer.Recognize(photo))
        {
            FaceBox box = face.Box ?? new FaceBox(0, 0, photo.Width, photo.Height);
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{file},{box.X},{box.Y},{box.Width},{box.Height},{face.Scores.Top},{face.Scores.TopProbability:0.00}");
            lock (recognizer) Console.WriteLine(line);
        }
    }
    catch (Exception e) when (e is PhotoFormatException or IOException)
    {
        Console.Error.WriteLine(e.Message);
    }
});
