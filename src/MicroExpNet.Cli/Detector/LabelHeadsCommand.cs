using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The arguments of <c>mexp label-heads</c>, and what they lead to.</summary>
internal static class LabelHeadsCommand
{
    private const string Examples = """
        Examples:
          mexp label-heads --yunet yunet.onnx --data ferplus-train.zip -o fer-heads.zip
              the faces of FER+ as heads for 'mexp train-detector': each picture with the box and the eyes
              that YuNet finds in it

        Pictures in which YuNet finds no face are left out.

        Exit codes: 0 labelled; 1 the pictures cannot be used, or there is no face in them; 2 the command itself
        is wrong, or YuNet's file; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        PictureSetOption data = new("--data", "Pictures of one face each: a folder or zip archive.", required: true);
        Option<string> yunet = new("--yunet") { HelpName = "FILE", Description = "YuNet's ONNX file.", Required = true };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The zip archive to write; an existing one is replaced.",
            Required = true,
        };
        CommandWithExamples command = new(
            "label-heads", "Labels cropped faces with YuNet, to compose scenes of.", Examples) { data.Option, yunet, output };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                OutputFile.CheckApart(
                    [("--output", parsed.GetValue(output))], [parsed.GetValue(data.Option), parsed.GetValue(yunet)]);
                using OutputFile file = new(parsed.GetValue(output)!);
                using YuNetDetector detector = YuNetSource.Load(parsed.GetValue(yunet)!);
                PictureSet pictures = data.Read(parsed, terminal, cancellationToken)!;
                YuNetFace?[] faces = new YuNetFace?[pictures.Pictures.Length];
                HeadLabeler labeler = new(detector);
                Parallel.For(
                    0, faces.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                    faces[i] = labeler.Find(pictures.Pictures[i].Image));
                if (faces.All(face => face is null))
                {
                    throw new CommandException(
                        ExitCode.InputFailed, $"{pictures.Name}: YuNet finds no face in its {faces.Length} pictures");
                }

                using (ZipArchive archive = new(file.Stream, ZipArchiveMode.Create, leaveOpen: true)) Write(archive, pictures, faces);
                file.Commit();
                terminal.Report(
                    string.Create(
                    CultureInfo.InvariantCulture,
                    $"{parsed.GetValue(output)}: {faces.Count(face => face is not null):N0} heads of {faces.Length:N0} pictures"));
                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    private static void Write(ZipArchive archive, PictureSet pictures, YuNetFace?[] faces)
    {
        StringBuilder table = new(
            "file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y," +
                "nose_x,nose_y,mouth_left_x,mouth_left_y,mouth_right_x,mouth_right_y,score\n");
        for (int i = 0; i < faces.Length; i++)
        {
            if (faces[i] is not { } face) continue;
            LabeledPicture picture = pictures.Pictures[i];
            string name = $"{i:00000}.png";
            using (Stream entry = archive.OpenNewEntry($"heads/{name}", CompressionLevel.NoCompression))
            {
                entry.Write(picture.Image.EncodePng());
            }
            string points = string.Join(
                ',', face.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.0},{point.Y:0.0}")));
            table.Append(
                CultureInfo.InvariantCulture,
                $"{name},{picture.Image.Width},{picture.Image.Height},{face.X:0.0},{face.Y:0.0}," +
                    $"{face.Width:0.0},{face.Height:0.0},{points},{face.Score:0.000}\n");
        }

        using Stream boxes = archive.OpenNewEntry("heads/boxes.csv", CompressionLevel.Optimal);
        boxes.Write(Encoding.UTF8.GetBytes(table.ToString()));
    }
}
