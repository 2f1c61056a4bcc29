#:project ../../src/MicroExpNet
// An ONNX network from elsewhere: what it is, how fast it is, and its answer for a black picture. Operators: docs/model-file.md.
//   dotnet run samples/gallery/onnx.cs [MODEL]
using System.Diagnostics;
using MicroExpNet;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

Model model = Model.Load(args.Length > 0 ? args[0] : "models/microexpnet-1.onnx");
Architecture architecture = model.Architecture;
Console.WriteLine($"{architecture.Name}: input {architecture.Input}, {architecture.ParameterCount:N0} parameters");
Console.WriteLine($"{architecture.MultiplyAdds:N0} multiply-adds, classes {string.Join(", ", architecture.Labels)}");

// Floats in, logits out, as the file says.
Network network = new(model);
float[] input = new float[architecture.Input.Height * architecture.Input.Width * architecture.Input.Channels];
float[] logits = new float[architecture.Labels.Length];
network.Run(input, 1, logits);
Stopwatch watch = Stopwatch.StartNew();
for (int i = 0; i < 1000; i++) network.Run(input, 1, logits);
string values = string.Join(' ', logits.Select(logit => logit.ToString("0.00")));
Console.WriteLine($"logits {values}, {watch.Elapsed.TotalMicroseconds / 1000:0} µs");

// Pixels in, probabilities by name out: scaled as the file's metadata or its first layers say.
FaceClassifier classifier = new(model);
byte[] face = new byte[120 * 100];
Console.WriteLine(classifier.Classify(new ImageView(face, width: 100, height: 120)));
