#:project ../../src/MicroExpNet.Training
// A model of classes of one's own, from a folder of faces for each class; without one, of the sample's face in light and in the dark.
//   dotnet run samples/gallery/own-classes.cs [FOLDER]
using MicroExpNet;
using MicroExpNet.Architectures;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

using Photo photo = Photo.Load("samples/astronaut.png");
string folder = args.Length > 0 ? args[0] : MakeFaces(photo);
DataSplit faces = DataSplit.HoldOut(FaceDataSet.Load(folder), 0.2);
Architecture network = OriginalArchitectures.MicroExpNet(labels: faces.Training.Labels);
TrainingResult result = new Trainer(new TrainingOptions { Epochs = 5 }, network, faces.Training) { Validation = faces.Validation }.Run();
result.Model.Save("mine.onnx");
if (args.Length == 0) Directory.Delete(folder, recursive: true);

PhotoClassifier classifier = new(FaceClassifier.Load("mine.onnx"), FaceDetector.Default);
foreach (ClassifiedFace face in classifier.Classify(photo)) Console.WriteLine($"{face.Box}: {face.Scores}");

// 40 crops around the face for each class, shifted and dimmed at random.
static string MakeFaces(Photo photo)
{
    const int side = 96;
    string folder = Directory.CreateTempSubdirectory("faces").FullName;
    DetectedFace found = FaceDetector.Default.Detect(photo)[0];
    byte[] gray = photo.ToGray();
    Random random = new(1);
    foreach (string name in new[] { "light", "dark" })
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        for (int i = 0; i < 40; i++)
        {
            int left = found.Box.X + random.Next(9), top = found.Box.Y + random.Next(9);
            double gain = (name == "light" ? 0.8 : 0.2) + (0.2 * random.NextDouble());
            byte[] pixels = new byte[side * side];
            for (int p = 0; p < pixels.Length; p++)
            {
                pixels[p] = (byte)(gain * gray[((top + (p / side)) * photo.Width) + left + (p % side)]);
            }

            File.WriteAllBytes(Path.Combine(folder, name, $"{i}.png"), new GrayImage(pixels, side, side).EncodePng());
        }
    }

    return folder;
}
